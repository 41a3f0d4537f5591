using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Node.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FnMesh.Gateway.Tests.Conformance;

/// <summary>The behaviour that the conformance suite of the Gateway API asks for, as tables: NAME.yaml are the routes of the suite's test NAME, NAME.json what becomes of calls. docs/policy.md says which there are.</summary>
public sealed class ConformanceTests
{
    private const int Many = 500;
    private const double Tolerance = 0.05;

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };
    private static readonly string Folder = Path.Combine(SourceTree.Root, "tests", "FnMesh.Gateway.Tests", "Conformance");
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    public static TheoryData<string> Tables() => [.. Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Calls_fare_as_the_table_of_the_standards_test_says(string table)
    {
        await using var first = await StartAsync("v1", IsGrpc(table));
        await using var second = await StartAsync("v2", IsGrpc(table));
        await using var third = await StartAsync("v3", IsGrpc(table));
        ImmutableDictionary<string, ScriptedFunction> functions = ImmutableDictionary.CreateRange<string, ScriptedFunction>([new("v1", first), new("v2", second), new("v3", third)]);
        var apps = string.Concat(functions.Select(function => Yaml.App(function.Key, function.Value.Address)));
        using var files = new PemFiles();
        files.Write("all", "example.org", "second-example.org", "unknown-example.org", "*.wildcard.org", "alone.org");
        var policy = (await File.ReadAllTextAsync(Path.Combine(Folder, table + ".yaml"), Cancel)).Replace("{tls}", files.Options("all"), StringComparison.Ordinal);
        await using var edge = await Edge.StartAsync(apps + "---\n" + policy, caller: IsMesh(table) ? SpiffeId.App("mesh.local", "default", "v3") : null);
        var calls = JsonSerializer.Deserialize<ConformanceCall[]>(await File.ReadAllTextAsync(Path.Combine(Folder, table + ".json"), Cancel), Format)!;

        foreach (var call in calls)
        {
            if (call.Shares is { } shares) await CheckSharesAsync(edge, files, functions, call with { IsGrpc = IsGrpc(table) }, shares);
            else await CheckAsync(edge, files, functions, call with { IsGrpc = IsGrpc(table) });
        }
    }

    private static async Task CheckAsync(Edge edge, PemFiles files, ImmutableDictionary<string, ScriptedFunction> functions, ConformanceCall call)
    {
        foreach (var function in functions.Values) function.Requests.Clear();
        using var answer = await SendAsync(edge, files, call);

        var what = $"{call.Method} {call.Port} {call.ServerName} {call.Host} {call.Path} {string.Join(", ", call.Headers)}";
        Assert.Equal((what, (call.Status ?? (call.IsGrpc ? 0 : 200), call.Backend)), (what, (StatusOf(answer), Of(answer))));
        Assert.Equal((what, call.Location?.Replace("{port}", $"{(call.Port is { } port ? edge.AddressOf(port)! : edge.Address).Port}", StringComparison.Ordinal)), (what, answer.Headers.Location?.OriginalString));
        foreach (var (name, value) in call.Answered) Assert.Equal((what, name, value), (what, name, Joined(answer.Headers, name)));
        if (call.Tries is { } tries) Assert.Equal((what, tries), (what, functions.Values.Sum(function => function.Requests.Count)));
        if (call.Backend is { } backend) CheckReceived(functions[backend], call, backend);
    }

    private static async Task CheckSharesAsync(Edge edge, PemFiles files, ImmutableDictionary<string, ScriptedFunction> functions, ConformanceCall call, ImmutableDictionary<string, double> shares)
    {
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < Many; i++)
        {
            foreach (var function in functions.Values) function.Requests.Clear();
            using var answer = await SendAsync(edge, files, call);
            var share = Of(answer) ?? $"{StatusOf(answer)}";
            counts[share] = counts.GetValueOrDefault(share) + 1;
            if (Of(answer) is { } backend) CheckReceived(functions[backend], call, backend);
        }

        Assert.Equal(shares.Keys.Order(), counts.Keys.Order());
        Assert.All(shares, share => Assert.InRange((double)counts[share.Key] / Many, share.Value - Tolerance, share.Value + Tolerance));
    }

    private static void CheckReceived(ScriptedFunction function, ConformanceCall call, string backend)
    {
        var received = function.Requests.Last();
        if (call.Target is { } target) Assert.Equal(target, received.Target);
        foreach (var (name, value) in call.Received)
            Assert.Equal((name, value?.Replace("{backend}", backend, StringComparison.Ordinal)), (name, received.Headers.TryGetValue(name, out var found) ? Spaceless(found) : null));
    }

    private static async Task<HttpResponseMessage> SendAsync(Edge edge, PemFiles files, ConformanceCall call)
    {
        var listener = call.Port is { } port ? edge.AddressOf(port)! : edge.Address;
        var request = new HttpRequestMessage(new HttpMethod(call.Method), new Uri((call.ServerName is null ? listener.AbsoluteUri.TrimEnd('/') : $"http://{call.Host}") + call.Path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (call.Method == "POST") request.Content = new StringContent("body");
        if (call.IsGrpc)
        {
            (request.Method, request.Version, request.VersionPolicy) = (HttpMethod.Post, HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
            request.Content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { ContentType = new("application/grpc") } };
        }

        request.Headers.Host = call.Host;
        foreach (var (name, value) in call.Headers)
        {
            if (request.Headers.TryAddWithoutValidation(name, value)) continue;
            request.Content!.Headers.Remove(name);
            request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.TryAddWithoutValidation("test-answer", JsonSerializer.Serialize(call.Answer));
        if (call.ServerName is null) return await edge.Client.SendAsync(request, Cancel);
        using var caller = new TlsCaller(files, listener, call.ServerName);
        return await caller.SendAsync(request);
    }

    /// <summary>A function that says its name and answers as the call asks.</summary>
    private static async Task<ScriptedFunction> StartAsync(string name, bool isGrpc)
    {
        ScriptedFunction? self = null;
        return self = await ScriptedFunction.StartAsync(async (context, _) =>
        {
            var answer = JsonSerializer.Deserialize<Dictionary<string, string>>(context.Request.Headers["test-answer"].ToString())!;
            // This try is among the requests already; each call begins without any.
            if (answer.TryGetValue("fail", out var fail) && fail.Split(':') is [var times, var status] && self!.Requests.Count <= int.Parse(times, CultureInfo.InvariantCulture))
            {
                if (status == "reset") context.Abort();
                else if (status == "never") await SilenceAsync(context);
                else context.Response.StatusCode = int.Parse(status, CultureInfo.InvariantCulture);
                return;
            }

            if (answer.ContainsKey("never")) await SilenceAsync(context);

            context.Response.Headers["served-by"] = name;
            foreach (var (header, value) in answer) context.Response.Headers[header] = value;
            if (isGrpc) (context.Response.ContentType, context.Response.Headers["grpc-status"]) = ("application/grpc", "0");
        }, protocols: isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1);
    }

    private static async Task SilenceAsync(HttpContext context) => await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static bool IsGrpc(string table) => table.Contains("GRPC", StringComparison.Ordinal);

    /// <summary>Its calls come from a member, app v3, and name an app as their host.</summary>
    private static bool IsMesh(string table) => table.StartsWith("Mesh", StringComparison.Ordinal);

    /// <summary>That of gRPC, where there is one.</summary>
    private static int StatusOf(HttpResponseMessage answer) => Joined(answer.Headers, "grpc-status") is { } status ? int.Parse(status, CultureInfo.InvariantCulture) : (int)answer.StatusCode;

    private static string? Of(HttpResponseMessage answer) => Joined(answer.Headers, "served-by");

    private static string? Joined(HttpResponseHeaders headers, string name) => headers.TryGetValues(name, out var values) ? Spaceless(string.Join(',', values)) : null;

    private static string Spaceless(string value) => value.Replace(", ", ",", StringComparison.Ordinal);
}
