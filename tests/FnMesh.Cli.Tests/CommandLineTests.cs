using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using FnMesh.Cli.Up;

namespace FnMesh.Cli.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly TempFolder _root = new();
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _out.Dispose();
        _error.Dispose();
        _root.Dispose();
    }

    [Theory]
    [InlineData("--wait-for-debugger", "orders")]
    [InlineData("--no-dashboard")]
    public async Task Options_of_up_that_come_later_are_refused_by_name(params string[] option)
    {
        Assert.Equal(2, await RunAsync(["up", _root.Path, .. option]));
        Assert.Contains($"{option[0]} is not supported yet", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_option_of_the_version_that_help_names_prints_it()
    {
        Assert.Equal(0, await RunAsync("--version"));
        Assert.NotEmpty(_out.ToString());
    }

    [Theory]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("http")]
    public async Task A_port_that_is_none_is_wrong_usage(string port) =>
        Assert.Equal(2, await RunAsync("up", _root.Path, "--gateway-port", port));

    [Theory]
    [InlineData("orders-v1=100%%")]
    [InlineData("orders-v1=%")]
    [InlineData("orders-v1=1.5")]
    public async Task A_share_that_is_no_whole_percent_is_wrong_usage(string share)
    {
        Assert.Equal(2, await RunAsync("traffic", "orders", share, "--control", "http://127.0.0.1:1"));
        Assert.Contains($"'{share}' is not REVISION=PERCENT", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_without_policies_and_apps_says_how_to_begin()
    {
        Assert.Equal(2, await RunAsync("up", _root.Path));
        Assert.Contains("'fnmesh init' writes policies", _error.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_root[".fnmesh"]));
    }

    [Theory]
    [InlineData("apiVersion: fnmesh.dev/v1alpha1\nkind: Mesh\nmetadata: { name: shop }\n", "says nothing but Mesh shop (")]
    [InlineData("# nothing yet\n", "holds no policy, ")]
    public async Task Up_of_policies_that_run_nothing_says_what_they_hold_and_which_meshes_lie_below(string policy, string found)
    {
        Write(policy);
        _root.Write("samples/hello/policies/hello.yaml", "apiVersion: fnmesh.dev/v1alpha1\nkind: FunctionApp\nmetadata: { name: hello }\n");
        _root.Write("samples/empty/policies/notes.yaml", "# nothing\n");

        Assert.Equal(2, await RunAsync("up", _root.Path));

        Assert.Contains($"'{_root["policies"]}' {found}", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains($"or start one of the meshes below: 'fnmesh up {_root["samples/hello"]}'\n", _error.ToString().ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_root[".fnmesh"]));
    }

    [Fact]
    public async Task An_asterisk_with_credentials_is_refused_at_the_start()
    {
        _root.Write("local.settings.json", """{ "Host": { "CORS": "*", "CORSCredentials": true } }""");
        Assert.Equal(2, await RunAsync("up", _root.Path));
        Assert.Contains("local.settings.json: Host.CORS is '*' and CORSCredentials is true, which no browser accepts; name the origins", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Down_of_a_control_that_is_no_up_of_this_machine_is_refused()
    {
        Assert.Equal(2, await RunAsync("down", _root.Path, "--control", "http://127.0.0.1:1"));
        Assert.Contains("down takes DIR or --control, not both", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(4, await RunAsync("down", "--control", "http://127.0.0.1:1"));
    }

    [Fact]
    public async Task Up_with_a_bad_policy_is_refused_with_its_place()
    {
        Write("apiVersion: fnmesh.dev/v1alpha1\nkind: Mesh\nmetadata: { name: shop }\nbad: true\n");
        Assert.Equal(3, await RunAsync("up", _root.Path));
        Assert.Contains("a.yaml:4:1: error FNM1103", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_out.ToString());
    }

    [Fact]
    public void A_second_up_of_a_data_directory_is_refused_with_the_pid_of_the_first()
    {
        var data = _root[".fnmesh"];
        using var first = DataDirectory.Open(data, reset: false).Opened;
        Assert.NotNull(first);
        var (second, fault) = DataDirectory.Open(data, reset: true);
        Assert.Null(second);
        Assert.Contains($"(pid {Environment.ProcessId})", fault, StringComparison.Ordinal);
        Assert.Equal("*\n", File.ReadAllText(Path.Combine(data, ".gitignore")));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(data));
    }

    [Fact]
    public async Task A_busy_port_names_its_owner()
    {
        Write("apiVersion: fnmesh.dev/v1alpha1\nkind: FunctionApp\nmetadata: { name: shop }\nspec: { revisions: [ { name: shop-v1, run: { url: \"http://127.0.0.1:1\" } } ] }\n");
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        Assert.Equal(1, await RunAsync("up", _root.Path, "--gateway-port", $"{port}", "--control-port", "0", "--mesh-port", "0", "--node-port", "0"));
        Assert.Contains($"port {port} is busy", _error.ToString(), StringComparison.Ordinal);
        // The test's own process holds the data directory of this 'up', and those of tests beside it.
        if (OperatingSystem.IsLinux()) Assert.Matches($"the 'fnmesh up' of .*{Regex.Escape(_root.Path)}.* \\(pid {Environment.ProcessId}\\) listens there", _error.ToString());
    }

    [Theory]
    [InlineData("tap")]
    public async Task Commands_that_come_later_are_refused_by_name(params string[] args)
    {
        Assert.Equal(2, await RunAsync(args));
        Assert.Contains($"'{string.Join(' ', args)}' is not supported yet", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_command_is_wrong_usage() => Assert.Equal(2, await RunAsync("nonsense"));

    [Theory]
    [InlineData("get", "--bogus")]
    [InlineData("get", "-o", "xml")]
    [InlineData("get", "--control", "nowhere")]
    [InlineData("publish")]
    [InlineData("publish", "--type", "a", "-f", "events.json")]
    [InlineData("publish", "--type", "a", "--extension", "Bad=1")]
    [InlineData("publish", "--type", "a", "-d", "@missing.json")]
    [InlineData("events", "list", "--limit", "0")]
    [InlineData("events")]
    [InlineData("trace")]
    [InlineData("invoke")]
    [InlineData("invoke", "greet", "--event", "a.json", "--type", "a")]
    [InlineData("validate", "-f", "missing")]
    [InlineData("validate", "missing")]
    [InlineData("validate", ".", "-f", ".")]
    [InlineData("describe", "mesh")]
    [InlineData("traffic")]
    [InlineData("traffic", "pricing", "v1")]
    [InlineData("traffic", "pricing", "v1=50")]
    [InlineData("traffic", "pricing", "v1=101")]
    [InlineData("traffic", "pricing", "v1=50", "v1=50")]
    [InlineData("logs", "--tail", "x")]
    [InlineData("logs", "--tail", "10001")]
    [InlineData("wait", "--timeout", "x")]
    [InlineData("events", "list", "--limit", "x")]
    [InlineData("doctor", "missing")]
    [InlineData("doctor", "--control", "nowhere")]
    [InlineData("completion", "tcsh")]
    public async Task Wrong_usage_is_2(params string[] args)
    {
        Assert.Equal(2, await RunAsync(args));
        Assert.Empty(_out.ToString());
        Assert.NotEmpty(_error.ToString());
    }

    [Theory]
    [InlineData("'fnmesh' has no command 'descrbe'; did you mean 'describe'?", "descrbe")]
    [InlineData("'events' has no command 'lst'; did you mean 'list'?", "events", "lst")]
    [InlineData("'events' needs a command: list, show, replay, replays", "events")]
    [InlineData("there is no option '--outptu'; did you mean '--output'?", "get", "--outptu", "json")]
    [InlineData("there is no option '--port'; did you mean '--gateway-port'?", "up", "--port", "8080")]
    [InlineData("there is no option '--dashboard-port'; did you mean '--control-port'?", "up", "--dashboard-port", "8080")]
    [InlineData("'call' needs APP", "call")]
    [InlineData("ID is a whole number, not 'x'", "deadletters", "show", "x")]
    [InlineData("--timeout is a duration from 1ms to 24h, such as 90s or 1m30s, or a number of seconds, not 'soon'", "wait", "--timeout", "soon")]
    public async Task Wrong_usage_names_the_word_and_the_mend(string sentence, params string[] args)
    {
        Assert.Equal(2, await RunAsync(args));
        Assert.StartsWith($"fnmesh: {sentence}\n", _error.ToString().ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"a\":", null, "or say what it is with --datacontenttype")]
    [InlineData("a", "application/json", "or name another type than application/json")]
    public async Task Data_that_should_be_JSON_and_is_none_is_not_published(string data, string? type, string mend)
    {
        Assert.Equal(2, await RunAsync(["publish", "--control", "http://127.0.0.1:1", "--type", "a", "-d", data, .. type is null ? Array.Empty<string>() : ["--datacontenttype", type]]));
        Assert.StartsWith("fnmesh: the data is no JSON: ", _error.ToString(), StringComparison.Ordinal);
        Assert.EndsWith($"; mend it, {mend}", _error.ToString().TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("300ms", "0.3 s")]
    [InlineData("1", "1 s")]
    public async Task A_wait_takes_a_duration_or_seconds(string written, string shown)
    {
        Assert.Equal(4, await RunAsync("wait", "--control", "http://127.0.0.1:1", "--timeout", written));
        Assert.StartsWith($"fnmesh: not ready within {shown}: ", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_asks_nobody_for_names()
    {
        Assert.Equal(0, await RunAsync("--help"));
        Assert.Contains("get <KIND> <NAME>", _out.ToString(), StringComparison.Ordinal);
        Assert.Contains("traffic <APP> <REV=PERCENT>", _out.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _fnmesh fnmesh")]
    [InlineData("zsh", "compdef _fnmesh fnmesh")]
    [InlineData("fish", "complete -c fnmesh -f -a")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName fnmesh")]
    public async Task A_script_for_each_shell_is_printed(string shell, string line)
    {
        Assert.Equal(0, await RunAsync("completion", shell));
        Assert.Contains(line, _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_of_a_command_line_are_suggested_where_the_cursor_stands()
    {
        Assert.Equal(0, await RunAsync("[suggest:6]", " descr"));
        Assert.Equal("describe", _out.ToString().Trim());
    }

    [Fact]
    public async Task The_version_is_told()
    {
        Assert.Equal(0, await RunAsync("version"));
        Assert.StartsWith("fnmesh 0.", _out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_ends_with_3_on_an_error_and_0_without()
    {
        Write("kind: Mesh\n");
        Assert.Equal(3, await RunAsync("validate", "-f", _root["policies"]));
        Write("apiVersion: fnmesh.dev/v1alpha1\nkind: Mesh\nmetadata: { name: shop }\n");
        Assert.Equal(0, await RunAsync("validate", "-f", Path.Combine(_root.Path, "policies", "a.yaml")));
        Assert.Equal(0, await RunAsync("validate", _root.Path));
    }

    [Fact]
    public async Task Control_that_cannot_be_reached_is_4()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        Assert.Equal(4, await RunAsync("get", "--control", $"http://127.0.0.1:{port}"));
    }

    [Fact]
    public async Task Output_that_cannot_be_written_is_a_sentence_and_no_crash()
    {
        Assert.Equal(1, await RunAsync(new FullDisk(), "version"));

        Assert.Contains("no space", _error.ToString());
    }

    [Theory]
    [InlineData("--data-dir", "up", "--data-dir", "")]
    [InlineData("--data-dir", "control", "--data-dir", "")]
    [InlineData("DIR", "init", "")]
    public async Task An_empty_path_is_wrong_usage(string name, params string[] args)
    {
        Assert.Equal(2, await RunAsync(args));

        Assert.Contains($"{name} is empty; name a", _error.ToString());
    }

    private void Write(string policy)
    {
        Directory.CreateDirectory(_root["policies"]);
        File.WriteAllText(Path.Combine(_root.Path, "policies", "a.yaml"), policy);
    }

    private Task<int> RunAsync(params string[] args) => RunAsync(_out, args);

    private async Task<int> RunAsync(TextWriter output, params string[] args)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        var terminal = new Terminal
        {
            Out = output,
            Error = _error,
            OpenInput = () => Stream.Null,
            OpenOutput = () => Stream.Null,
            CurrentDirectory = _root.Path,
            Variable = _ => null,
            Time = TimeProvider.System,
        };
        return await CommandLine.RunAsync(args, terminal, patience.Token);
    }

    private sealed class FullDisk : StringWriter
    {
        public override void Write(char value) => throw new IOException("no space left on device");

        public override void Write(char[] buffer, int index, int count) => throw new IOException("no space left on device");

        public override void Write(string? value) => throw new IOException("no space left on device");

        public override void WriteLine(string? value) => throw new IOException("no space left on device");
    }
}
