using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Authorization;
using FnMesh.Gateway.Balancing;
using FnMesh.Gateway.Deliveries;
using FnMesh.Gateway.Idempotency;
using FnMesh.Gateway.Ingress;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Sessions;
using FnMesh.Gateway.Tracing;
using FnMesh.Node.Admin;
using FnMesh.Node.Http;
using FnMesh.Policy.Snapshots;
using Cookie = FnMesh.Gateway.Sessions.Cookie;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using static FnMesh.Gateway.Tests.Wall.FuzzTargets;

namespace FnMesh.Gateway.Tests.Wall;

/// <summary>What callers and functions write into requests and answers.</summary>
internal static partial class HttpFuzz
{
    private static readonly SessionSeal Seal = new(new byte[SessionSeal.KeyLength]);

    public static Dictionary<string, Action<byte[]>> All { get; } = new()
    {
        ["access-pattern"] = MatchAccess,
        ["admin-address"] = bytes => _ = AdminAddress.TryRead(_ => Text(bytes), out _, out _),
        ["connection"] = ReadConnection,
        ["cookie"] = ReadCookie,
        ["cors-origin"] = AskOrigin,
        ["framing"] = ReadFraming,
        ["grpc-health"] = bytes => Demand(GrpcHealth.StatusOf(bytes) is null || (bytes[0] == 0 && BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1)) == bytes.Length - 5)),
        ["grpc-status"] = bytes => Demand(GrpcStatus.Of(Answer("grpc-status", bytes).Headers) is not < 0),
        ["idempotency-key"] = ReadKey,
        ["log-text"] = bytes => Demand(!LogText.Clean(Encoding.UTF8.GetString(bytes)).AsSpan().ContainsAnyInRange('\0', '\x1f')),
        ["loopback-host"] = ReadHost,
        ["mesh-host"] = bytes => Demand(Text(bytes).StartsWith(MeshName.AppOf(Text(bytes), "default"), StringComparison.Ordinal)),
        ["path-change"] = ChangePath,
        ["problem"] = bytes => Demand(ProblemText.Of(bytes) is not { } text || (text.Length is > 0 and <= 201 && LogText.Clean(text).Length >= text.Length)),
        ["query"] = ReadQuery,
        ["retry-after"] = bytes => Demand(RetryAfter.Of(Answer("Retry-After", bytes), TimeProvider.System) is not { } wait || wait >= TimeSpan.Zero),
        ["route-template"] = ReadTemplate,
        ["session-token"] = bytes => Demand(!Seal.TryRead(Text(bytes), out var session) || (Seal.TryRead(Seal.Write(session), out var again) && again == session)),
        ["web-socket"] = ReadWebSocket,
    };

    private static HttpResponseMessage Answer(string name, byte[] value)
    {
        var answer = new HttpResponseMessage();
        answer.Headers.TryAddWithoutValidation(name, Text(value).Split('\n'));
        return answer;
    }

    /// <summary>The first line, and all that follows it.</summary>
    private static (string First, string Others) Two(byte[] bytes) => Text(bytes).Split('\n', 2) is [var first, var rest] ? (first, rest) : (Text(bytes), "");

    private static void MatchAccess(byte[] bytes)
    {
        var (pattern, value) = Two(bytes);
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        // Only such are let into a policy.
        if (star >= 0 && ((star != 0 && star != pattern.Length - 1) || pattern.LastIndexOf('*') != star)) return;
        Demand(new Pattern(pattern).Matches(value) == Regex.IsMatch(value, $@"\A{Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal)}\z", RegexOptions.Singleline | RegexOptions.CultureInvariant));
    }

    private static void ReadConnection(byte[] bytes)
    {
        var decoded = ConnectionEncoding.Instance.GetString(bytes);
        Demand(ConnectionEncoding.Instance.GetCharCount(bytes, 0, bytes.Length) == decoded.Length && decoded.Length <= ConnectionEncoding.Instance.GetMaxCharCount(bytes.Length));
        Demand(HopHeaders.Nominated(decoded).SequenceEqual(HopHeaders.Nominated(Text(bytes))));
        Demand(HopHeaders.Nominated(decoded).All(name => HeaderHygiene.IsToken(name)));
    }

    private static void ReadCookie(byte[] bytes)
    {
        var (name, header) = Two(bytes);
        if (!HeaderHygiene.IsToken(name)) return;
        var found = Cookie.Find(header, name);
        Demand(found.IndexOfAny(';', ',') < 0 && Cookie.Find($"{name}=v; {header}", name).SequenceEqual("v"));
    }

    private static void AskOrigin(byte[] bytes)
    {
        var (allowed, origin) = Two(bytes);
        // Only such are let into a policy.
        if (Origin().IsMatch(allowed)) Demand(CorsRules.Fits(origin, allowed) == Fits(origin.ToUpperInvariant(), allowed.ToUpperInvariant()));
    }

    /// <summary>The same by the book: which beginnings of the pattern fit each beginning of the text.</summary>
    private static bool Fits(string text, string pattern)
    {
        var fits = new bool[pattern.Length + 1];
        fits[0] = true;
        foreach (var c in text)
        {
            for (var at = pattern.Length; at > 0; at--) fits[at] = pattern[at - 1] == '*' ? c != ':' && (fits[at - 1] || fits[at]) : pattern[at - 1] == c && fits[at - 1];
            fits[0] = false;
        }

        return fits[^1];
    }

    [GeneratedRegex(@"\Ahttps?://[a-z0-9.*-]+(:[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Origin();

    private static void ReadFraming(byte[] bytes)
    {
        var (protocol, codings) = Two(bytes);
        var context = new DefaultHttpContext();
        context.Request.Protocol = protocol;
        context.Request.Headers.TransferEncoding = codings.Split('\n');
        if (Framing.Fault(context.Request) is null) Demand(codings.Equals("chunked", StringComparison.OrdinalIgnoreCase) && !HttpProtocol.IsHttp10(protocol));
    }

    private static void ReadKey(byte[] bytes)
    {
        if (KeyText.Parse(Text(bytes)) is not { } key) return;
        Demand(key.Length is > 0 and <= 255 && !key.AsSpan().ContainsAnyExceptInRange(' ', '~'));
        var quoted = $"\"{key.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        Demand(quoted.Length > 255 || KeyText.Parse(quoted) == key);
    }

    private static void ReadHost(byte[] bytes)
    {
        var host = new HostString(Text(bytes));
        if (!LoopbackHost.Allows(host)) return;
        Demand(host.Host.EndsWith("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Host, out var address) && IPAddress.IsLoopback(address)));
    }

    private static void ChangePath(byte[] bytes)
    {
        var (replacement, raw) = Two(bytes);
        var target = RequestTarget.Parse(raw, "shop");
        if (target.Fault is not null || RequestTarget.Parse(replacement, "shop") is not { Fault: null } by || by.PathLength < replacement.Length) return;
        var path = target.PathAndQuery.Span[..target.PathLength];
        var prefix = path[1..].IndexOf('/') is >= 0 and var slash ? slash + 1 : path.Length;
        var changed = PathChange.Apply(new PathChangeEntry(replacement.TrimEnd('/'), prefix), target.PathAndQuery.Span, target.PathLength);
        // The rest of it stays as it was; whether the whole is a path is asked again.
        Demand(changed.StartsWith('/') && changed.EndsWith(target.PathAndQuery.Span[prefix..].ToString(), StringComparison.Ordinal));
        Demand(RequestTarget.Parse(changed, "shop").Fault is null);
    }

    private static void ReadQuery(byte[] bytes)
    {
        var query = Text(bytes);
        var named = query.Split('&').Select(pair => pair.Split('=', 2)).FirstOrDefault(pair => Decoded(pair[0]) == "page");
        Demand(QueryText.Holds(query, "page", "2", null) == (named is [_, var value] && Decoded(value) == "2"));
    }

    private static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static void ReadTemplate(byte[] bytes)
    {
        var (template, path) = Two(bytes);
        var (segments, asked) = (RouteTemplate.Segments(template), RouteTemplate.Segments(path));
        var may = RouteTemplate.MayReach(segments, asked);
        Demand(may || template.Contains('{', StringComparison.Ordinal) || !template.Equals(path, StringComparison.OrdinalIgnoreCase));
        Demand(!may || asked.Length <= segments.Length || template.Contains("{*", StringComparison.Ordinal));
    }

    private static void ReadWebSocket(byte[] bytes)
    {
        var (method, protocol) = Two(bytes);
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Features.Set<IHttpExtendedConnectFeature>(new Asked(protocol));
        Demand(WebSocketConnect.Is(context) == (method.Equals("CONNECT", StringComparison.OrdinalIgnoreCase) && protocol.Equals("websocket", StringComparison.OrdinalIgnoreCase)));
    }

    private sealed class Asked(string protocol) : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => true;

        public string Protocol => protocol;

        public ValueTask<Stream> AcceptAsync() => throw new NotSupportedException();
    }
}
