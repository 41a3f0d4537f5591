using System.Buffers;
using System.Text;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Ingress;
using FnMesh.Gateway.Tracing;
using FnMesh.Node.Http;
using FnMesh.Node.Identity;
using FnMesh.Node.Joining;
using FnMesh.Node.Members;

namespace FnMesh.Gateway.Tests.Wall;

/// <summary>The parsers of ours that strangers, members or files feed, each with what must hold for whatever it takes. The seeds of each stand in Corpus/fuzz, a line for an input. What is no target is listed in docs/benchmarks.md, with the reason.</summary>
internal static class FuzzTargets
{
    private static readonly SearchValues<char> Token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static IReadOnlyDictionary<string, Action<byte[]>> All { get; } =
        new SortedDictionary<string, Action<byte[]>>(Own().Concat(HttpFuzz.All).Concat(StoredFuzz.All).Concat(PolicyFuzz.All).ToDictionary(), StringComparer.Ordinal);

    private static Dictionary<string, Action<byte[]>> Own() => new()
    {
        ["attribute-name"] = bytes => Demand(!AttributeName.TryRead(Text(bytes), out var name) || AttributeName.IsValid(name)),
        ["base64"] = bytes => Demand(!StrictBase64.TryDecode(bytes, out var decoded) || Convert.ToBase64String(decoded) == Text(bytes)),
        ["deadline"] = bytes => Demand(DeadlineHeader.Read(Text(bytes)) is not { } left || (left >= TimeSpan.Zero && left < TimeSpan.FromDays(1))),
        ["event-batch"] = static bytes => ReadEvents("application/cloudevents-batch+json", [], bytes),
        ["event-binary"] = ReadBinary,
        ["event-structured"] = static bytes => ReadEvents("application/cloudevents+json", [], bytes),
        ["grpc-timeout"] = ReadTimeout,
        ["header-name"] = ReadName,
        ["header-value"] = ReadValue,
        ["join-token"] = bytes => _ = JoinToken.TryParse(Text(bytes), out _),
        ["length"] = bytes => Demand(LengthEncoding.Instance.GetString(bytes) is var digits && (digits.Length == 0 || (digits.All(char.IsAsciiDigit) && digits == Text(bytes)))),
        ["media-type"] = bytes => _ = MediaType.TryParse(Text(bytes), out _),
        ["request-target"] = ReadTarget,
        ["rfc3339"] = bytes => Demand(!Rfc3339.IsDateTime(Text(bytes)) || bytes.Length >= "2026-11-26T18:00:00Z".Length),
        ["spiffe-id"] = bytes => Demand(!SpiffeId.TryParse(Text(bytes), out var id, out _) || id.ToString() == Text(bytes)),
        ["traceparent"] = ReadTraceParent,
        ["tracestate"] = ReadTraceState,
        ["uri"] = bytes => Demand(!UriSyntax.IsAbsolute(Text(bytes)) || UriSyntax.IsReference(Text(bytes))),
    };

    public static IReadOnlyList<byte[]> Seeds(string target) =>
        [.. File.ReadLines(Path.Combine(SourceTree.Root, "tests/FnMesh.Gateway.Tests/Wall/Corpus/fuzz", $"{target}.txt")).Select(WallCase.Unescape)];

    /// <summary>What functions get is the event that was taken.</summary>
    private static void ReadAgain(ParsedEvent taken)
    {
        var record = taken.ToRecord("anonymous", "");
        var headers = new List<KeyValuePair<string, string>>();
        CloudEventWriter.WriteHeaders(record, headers, static (all, name, value) => all.Add(new(name, value)));
        var again = CloudEventReader.Read(CloudEventWriter.ContentType(record), headers, record.Data, EventLimits.Default);
        Demand(again is { Fault: null, Events: [var same] } && same.Data.Span.SequenceEqual(taken.Data.Span) && same.Attributes.Where(NotOfBody).Order(ByName).SequenceEqual(taken.Attributes.Where(NotOfBody).Order(ByName)));
    }

    /// <summary>A content type is written anew where it is none of HTTP's.</summary>
    private static bool NotOfBody(KeyValuePair<string, string> attribute) => attribute.Key != AttributeName.ContentType;

    private static readonly Comparer<KeyValuePair<string, string>> ByName = Comparer<KeyValuePair<string, string>>.Create(static (one, other) => string.CompareOrdinal(one.Key, other.Key));

    /// <summary>A byte is a character, as in headers.</summary>
    internal static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static void ReadTarget(byte[] bytes)
    {
        var target = RequestTarget.Parse(Text(bytes), "shop");
        if (target.Fault is not null) return;
        var whole = target.PathAndQuery.ToString();
        Demand(whole.StartsWith('/') && target.PathLength <= whole.Length && whole.All(c => c is > ' ' and <= '~' and not ('\\' or '#')));
        Demand(!Uri.UnescapeDataString(whole[..target.PathLength]).Split('/').Any(segment => segment is "." or ".."));
        Demand(RequestTarget.Parse(whole, "shop") is { Fault: null } again && again.PathLength == target.PathLength && again.PathAndQuery.Span.SequenceEqual(whole));
    }

    private static void ReadName(byte[] bytes)
    {
        var name = Text(bytes);
        Demand(HeaderHygiene.IsToken(name) == (name.Length > 0 && !name.AsSpan().ContainsAnyExcept(Token)));
        Demand(HeaderHygiene.IsForbidden(name) == HeaderHygiene.IsForbidden(name.Replace('_', '-').ToUpperInvariant()));
    }

    private static void ReadValue(byte[] bytes)
    {
        if (HeaderValue.Decode(Text(bytes), out var value) is not null) return;
        Demand(HeaderValue.Decode(HeaderValue.Encode(value), out var again) is null && again == value);
    }

    private static void ReadTimeout(byte[] bytes)
    {
        if (!GrpcCall.TryReadTimeout(Text(bytes), out var timeout) || timeout is not { } left) return;
        Demand(left >= TimeSpan.Zero && GrpcCall.TryReadTimeout(GrpcCall.FormatTimeout(left), out var again) && (again is null || again >= TimeSpan.FromMilliseconds(1)));
    }

    private static void ReadTraceParent(byte[] bytes)
    {
        if (TraceHeaders.Parse(Text(bytes), null) is not { } trace) return;
        Demand(TraceHeaders.Parse(TraceHeaders.Format(trace), null) is { } again && again.TraceId == trace.TraceId && again.SpanId == trace.SpanId && again.Flags == trace.Flags);
    }

    private static void ReadTraceState(byte[] bytes)
    {
        var state = TraceState.Parse(Text(bytes));
        if (state.Others is { } others) Demand(TraceState.Parse(others).Others == others);
    }

    private static void ReadBinary(byte[] bytes)
    {
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        var (head, body) = end < 0 ? (bytes, []) : (bytes[..end], bytes[(end + 4)..]);
        ReadEvents("text/plain", [.. Text(head).Split("\r\n").Select(line => line.Split(':', 2)).Select(parts => KeyValuePair.Create(parts[0], parts[^1].Trim(' ')))], body);
    }

    private static void ReadEvents(string type, KeyValuePair<string, string>[] headers, byte[] body)
    {
        var reading = CloudEventReader.Read(type, headers, body, EventLimits.Default);
        Demand(reading.Fault is null || (reading.Events.Count == 0 && reading.Fault.Reason.Length > 0));
        Demand(reading.Fault is not null || reading.Mode is ContentMode.Batch or ContentMode.None || reading.Events.Count == 1);
        foreach (var taken in reading.Events ?? []) ReadAgain(taken);
    }

    internal static void Demand(bool holds)
    {
        if (!holds) throw new InvalidOperationException("the parser contradicts itself");
    }
}
