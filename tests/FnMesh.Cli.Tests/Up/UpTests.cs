using FnMesh.Node.Members;

namespace FnMesh.Cli.Tests.Up;

public sealed class UpTests : IAsyncLifetime
{
    internal const string Policy = """
        apiVersion: fnmesh.dev/v1alpha1
        kind: Mesh
        metadata: { name: tiny }
        spec: { trustDomain: tiny.local }
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: AuthorizationPolicy
        metadata: { name: publishers }
        spec:
          targetRefs: [ { kind: Broker, name: default } ]
          action: ALLOW
          rules: [ { from: [ { principals: [ anonymous, user/* ] } ], to: [ { operations: [ publish ], eventTypes: [ shop.* ] } ] } ]
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TempFolder _root = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly LineCatcher _out = new();
    private readonly LineCatcher _error = new();
    private Task<int> _up = Task.FromResult(0);

    private string PolicyFile => Path.Combine(_root.Path, "policies", "mesh.yaml");

    private string UpFilePath => UpFile.PathIn(_root.Path);

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PolicyFile)!);
        await File.WriteAllTextAsync(PolicyFile, Policy);
        await File.WriteAllTextAsync(_root["local.settings.json"], """{ "Host": { "CORS": "http://localhost:3000" } }""");
        _up = CommandLine.RunAsync(["up", _root.Path, "--gateway-port", "0", "--control-port", "0", "--mesh-port", "0", "--node-port", "0"], Terminal(_out, _error, _root.Path), _stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _up.WaitAsync(Patience);
        _stop.Dispose();
        _out.Dispose();
        _error.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task Ready_names_the_addresses_and_cancelling_ends_with_0()
    {
        var ready = await _out.LineAsync("ready ");
        var up = UpFile.Read(UpFilePath);
        Assert.Equal($$"""ready {"gateway":"{{up!.Gateway}}","mesh":"{{up.Mesh}}","control":"{{up.Control}}"}""", ready);
        Assert.Equal(Environment.ProcessId, up.Pid);

        await _stop.CancelAsync();
        Assert.Equal(0, await _up.WaitAsync(Patience));
        Assert.False(File.Exists(UpFilePath));
    }

    [Fact]
    public async Task A_second_up_of_the_folder_is_refused()
    {
        await _out.LineAsync("ready ");
        var (exit, _, error) = await RunAsync("up", _root.Path, "--gateway-port", "0", "--control-port", "0", "--mesh-port", "0", "--node-port", "0");
        Assert.Equal(1, exit);
        Assert.Contains($"(pid {Environment.ProcessId})", error, StringComparison.Ordinal);
        Assert.True(File.Exists(UpFilePath));
    }

    [Fact]
    public async Task An_up_with_another_data_directory_leaves_the_folder_to_the_one_that_runs()
    {
        await _out.LineAsync("ready ");
        var first = UpFile.Read(UpFilePath)!;
        using var data = new TempFolder();
        using var stop = new CancellationTokenSource();
        using var output = new LineCatcher();
        using var error = new LineCatcher();
        var second = CommandLine.RunAsync(["up", _root.Path, "--data-dir", data.Path, "--gateway-port", "0", "--control-port", "0", "--mesh-port", "0", "--node-port", "0"], Terminal(output, error, _root.Path), stop.Token);
        Assert.DoesNotContain(first.Control, await output.LineAsync("ready "), StringComparison.Ordinal);
        Assert.Equal(first.Control, UpFile.Read(UpFilePath)!.Control);

        await stop.CancelAsync();
        Assert.Equal(0, await second.WaitAsync(Patience));
        Assert.Equal(first.Control, UpFile.Read(UpFilePath)!.Control);
    }

    [Fact]
    public async Task Logs_that_cannot_be_written_are_a_failure_also_while_they_are_followed()
    {
        await _out.LineAsync("ready ");
        await File.WriteAllTextAsync(PolicyFile, Policy.Replace("action: ALLOW", "action: DENY", StringComparison.Ordinal));
        await _error.LineAsync("policy ");
        await using var full = new FullWriter();
        await using var error = new StringWriter { NewLine = "\n" };
        var exit = await CommandLine.RunAsync(["logs", "-f", "--control", UpFile.Read(UpFilePath)!.Control], Terminal(full, error, _root.Path), _stop.Token).WaitAsync(Patience);
        Assert.Equal((1, "fnmesh: No space left on device\n"), (exit, error.ToString()));
    }

    private sealed class FullWriter : StringWriter
    {
        public override Task WriteLineAsync(string? value) => throw new IOException("No space left on device");
    }

    [Fact]
    public async Task Host_CORS_of_the_folders_local_settings_json_holds_at_the_edge()
    {
        await _out.LineAsync("ready ");
        using var http = new HttpClient();
        using var preflight = new HttpRequestMessage(HttpMethod.Options, new Uri(new Uri(UpFile.Read(UpFilePath)!.Gateway), "/orders"));
        preflight.Headers.Add("origin", "http://localhost:3000");
        preflight.Headers.Add("access-control-request-method", "POST");

        using var answer = await http.SendAsync(preflight, TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("http://localhost:3000", Assert.Single(answer.Headers.GetValues("access-control-allow-origin")));
    }

    [Fact]
    public async Task An_edit_goes_live_and_a_bad_one_keeps_the_last_good_policy()
    {
        await _out.LineAsync("ready ");
        await File.WriteAllTextAsync(PolicyFile, Policy.Replace("name: tiny", "name: small", StringComparison.Ordinal));
        var live = await _error.LineAsync("policy ");
        Assert.Contains(" live: ", live, StringComparison.Ordinal);

        await File.WriteAllTextAsync(PolicyFile, Policy.Replace("kind: Mesh", "kind: Mehs", StringComparison.Ordinal));
        Assert.StartsWith($"{PolicyFile}:2:7: error FNM", await _error.LineAsync(PolicyFile), StringComparison.Ordinal);
        Assert.StartsWith($"{live[..15]} stays live", await _error.LineAsync("policy "), StringComparison.Ordinal);
        Assert.Contains("small", (await RunAsync("get", "mesh")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_below_the_folder_find_its_mesh()
    {
        await _out.LineAsync("ready ");
        var published = await RunAsync("publish", "--type", "shop.cart.filled", "--id", "e 1", "--subject", "é", "-d", """{"n":1}""");
        Assert.Equal((0, "e 1 202\n"), (published.Exit, published.Out));

        var shown = await RunAsync("events", "show", "e 1", "-o", "json");
        Assert.Equal(0, shown.Exit);
        Assert.Contains("\"subject\": \"é\"", shown.Out, StringComparison.Ordinal);
        Assert.Contains("shop.cart.filled", (await RunAsync("events", "list", "--type", "shop.cart.filled")).Out, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("deadletters", "list")).Exit);
        Assert.Equal("apiVersion: fnmesh.dev/v1alpha1\nkind: Mesh\nmetadata: { name: tiny }\nspec: { trustDomain: tiny.local }\n", (await RunAsync("get", "meshes", "tiny", "-o", "yaml")).Out);
    }

    [Fact]
    public async Task An_event_that_no_policy_allows_is_refused_with_the_gateways_words()
    {
        await _out.LineAsync("ready ");
        var (exit, output, error) = await RunAsync("publish", "--type", "bank.robbed");
        Assert.Equal((1, ""), (exit, output));
        Assert.Contains("403", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_refused_publication_says_to_add_permits_it()
    {
        await _out.LineAsync("ready ");
        await File.WriteAllTextAsync(PolicyFile, Policy.ReplaceLineEndings("\n").Replace("rules: [", "rules:\n    -", StringComparison.Ordinal).Replace("] } ] } ]", "] } ] }", StringComparison.Ordinal));
        await _error.LineAsync("policy ");

        string[] publish = ["publish", "--type", "bank.robbed"];
        var refused = await RunAsync(publish);
        Assert.Contains(" under spec.rules of AuthorizationPolicy publishers (", refused.Error, StringComparison.Ordinal);
        await File.AppendAllTextAsync(PolicyFile, "\n" + refused.Error.TrimEnd().Split('\n')[^1]);
        Assert.Contains(" live: ", await _error.LineAsync("policy "), StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync(publish)).Exit);
    }

    [Fact]
    public async Task A_person_may_publish_where_no_policy_says_otherwise_and_is_known_by_their_own_identity()
    {
        await _out.LineAsync("ready ");
        await File.WriteAllTextAsync(PolicyFile, "apiVersion: fnmesh.dev/v1alpha1\nkind: Mesh\nmetadata: { name: bare }\nspec: { trustDomain: tiny.local }");
        await _error.LineAsync("policy ");

        Assert.Equal(0, (await RunAsync("publish", "--type", "bank.opened", "--id", "1")).Exit);
        Assert.Contains("spiffe://tiny.local/user/", (await RunAsync("events", "show", "1", "-o", "json")).Out, StringComparison.Ordinal);
        Assert.Contains("identity: \"spiffe://tiny.local/user/", (await RunAsync("identity", "show")).Out, StringComparison.Ordinal);
        Assert.Contains("spiffe://tiny.local/gateway", (await RunAsync("nodes")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_policy_denies_nothing_is_said_to_add()
    {
        await _out.LineAsync("ready ");
        await File.WriteAllTextAsync(PolicyFile, Policy.Replace("action: ALLOW", "action: DENY", StringComparison.Ordinal));
        await _error.LineAsync("policy ");
        var refused = await RunAsync("publish", "--type", "shop.robbed");
        Assert.Contains("AuthorizationPolicy publishers", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("permits it", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_of_a_kind_is_counted_as_one()
    {
        await _out.LineAsync("ready ");
        await File.WriteAllTextAsync(PolicyFile, Policy + """

            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: FunctionApp
            metadata: { name: orders }
            spec: { revisions: [ { name: orders-v1, run: { url: "http://127.0.0.1:1" } } ] }
            """);
        Assert.EndsWith(" live: 1 app, 0 routes, 0 subscriptions", await _error.LineAsync("policy "), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("events")]
    [InlineData("deadletters")]
    public async Task What_is_not_in_the_log_is_looked_for_with_a_command(string command)
    {
        await _out.LineAsync("ready ");
        var (_, _, error) = await RunAsync(command, "show", "77");
        Assert.Contains($"'fnmesh {command} list'", error, StringComparison.Ordinal);
        Assert.DoesNotContain("/api/", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("app", "FunctionApp")]
    [InlineData("Apps", "FunctionApp")]
    [InlineData("routes", "HTTPRoute")]
    [InlineData("SUBS", "Subscription")]
    [InlineData("authz", "AuthorizationPolicy")]
    [InlineData("trafficpolicies", "TrafficPolicy")]
    public async Task Kinds_have_short_names(string written, string kind)
    {
        await _out.LineAsync("ready ");
        Assert.Equal(0, (await RunAsync("get", written)).Exit);
        Assert.Contains($"there is no {kind} named 'x'", (await RunAsync("describe", written, "x")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_kind_names_the_nearest()
    {
        await _out.LineAsync("ready ");
        Assert.Contains("there is no kind 'functionap'; did you mean 'FunctionApp'? The kinds are AuthorizationPolicy, FunctionApp,", (await RunAsync("get", "functionap")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("get", "widgets")]
    [InlineData("get", "mesh", "huge")]
    [InlineData("events", "show", "77")]
    [InlineData("deadletters", "show", "77")]
    [InlineData("trace", "0af7651916cd43dd8448eb211c80319c")]
    public async Task What_is_not_there_is_1(params string[] args)
    {
        await _out.LineAsync("ready ");
        var (exit, output, error) = await RunAsync(args);
        Assert.Equal((1, ""), (exit, output));
        Assert.StartsWith("fnmesh: 404 ", error, StringComparison.Ordinal);
    }

    internal static Terminal Terminal(TextWriter output, TextWriter error, string directory) => new()
    {
        Out = output,
        Error = error,
        OpenInput = () => Stream.Null,
        OpenOutput = () => Stream.Null,
        CurrentDirectory = directory,
        Variable = _ => null,
        Time = TimeProvider.System,
    };

    private async Task<(int Exit, string Out, string Error)> RunAsync(params string[] args)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var error = new StringWriter { NewLine = "\n" };
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        var exit = await CommandLine.RunAsync(args, Terminal(output, error, _root["policies"]), patience.Token);
        return (exit, output.ToString(), error.ToString());
    }
}
