using System.Text.Json.Nodes;

namespace FnMesh.Cli.Tests.Init;

public sealed class InitTests : IDisposable
{
    private const string Functions = """<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><PackageReference Include="FnMesh.Functions" /></ItemGroup></Project>""";
    private const string Web = """<Project Sdk="Microsoft.NET.Sdk.Web"></Project>""";

    private readonly TempFolder _root = new();
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _out.Dispose();
        _error.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task An_empty_folder_becomes_the_smallest_mesh_that_validates()
    {
        Assert.Equal(0, await RunAsync("init", _root["my shop"]));
        Assert.Contains("metadata: { name: my-shop }", File.ReadAllText(_root["my shop/policies/mesh.yaml"]), StringComparison.Ordinal);
        Assert.Contains("'dotnet new fnmesh' makes a function app", _out.ToString(), StringComparison.Ordinal);
        Assert.EndsWith($"then 'fnmesh init {_root["my shop"]}' once more.\n", _out.ToString().ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal(".fnmesh/\n", File.ReadAllText(_root["my shop/.gitignore"]));
        Assert.True(File.Exists(_root["my shop/local.settings.json"]));
        Assert.True(File.Exists(_root["my shop/.fnmesh/schema/policy.schema.json"]));
        Assert.Equal(0, await RunAsync("validate", _root["my shop"]));
    }

    [Fact]
    public async Task Each_project_gets_a_FunctionApp_and_a_web_app_a_route_by_its_name()
    {
        _root.Write("src/Shop.Orders/Shop.Orders.csproj", Functions);
        _root.Write("web/web.csproj", Web);
        _root.Write("web/other.csproj", """<Project Sdk="Microsoft.NET.Sdk"></Project>""");

        Assert.Equal(0, await RunAsync("init", _root.Path));
        Assert.Contains("run: { project: ../src/Shop.Orders }", File.ReadAllText(_root["policies/shop-orders.yaml"]), StringComparison.Ordinal);
        var web = File.ReadAllText(_root["policies/web.yaml"]);
        Assert.Contains("run: { project: ../web/web.csproj }", web, StringComparison.Ordinal);
        Assert.Contains("hostnames: [ web.localhost ]", web, StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("validate", _root.Path));
        Assert.DoesNotContain("warning", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_JSON_what_was_written_and_what_comes_next_stand_alone()
    {
        _root.Write("src/Orders/Orders.csproj", Functions);

        Assert.Equal(0, await RunAsync("init", _root.Path, "-o", "json"));

        var told = JsonNode.Parse(_out.ToString())!;
        Assert.Contains(_root["policies/orders.yaml"], told["wrote"]!.AsArray().Select(path => (string?)path));
        Assert.Equal($"fnmesh up {_root.Path}", (string?)told["next"]);
    }

    [Fact]
    public async Task Nothing_is_overwritten_and_a_second_time_adds_what_is_new()
    {
        _root.Write("local.settings.json", "{}");
        _root.Write(".gitignore", "bin/");
        _root.Write("a/a.csproj", Functions);
        Assert.Equal(0, await RunAsync("init", _root.Path));
        Assert.Equal("{}", File.ReadAllText(_root["local.settings.json"]));
        Assert.Equal("bin/\n.fnmesh/\n", File.ReadAllText(_root[".gitignore"]));
        File.AppendAllText(_root["policies/a.yaml"], "# mine\n");

        _root.Write("b/b.csproj", Functions);
        Assert.Equal(0, await RunAsync("init", _root.Path));
        Assert.EndsWith("# mine\n", File.ReadAllText(_root["policies/a.yaml"]), StringComparison.Ordinal);
        Assert.True(File.Exists(_root["policies/b.yaml"]));
        Assert.Equal("bin/\n.fnmesh/\n", File.ReadAllText(_root[".gitignore"]));
        Assert.Equal(0, await RunAsync("validate", _root.Path));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_said_and_nothing_is_written()
    {
        _root.Write("policies/mine.yaml", "apiVersion: fnmesh.dev/v1alpha1\nkind: FunctionApp\nmetadata: { name: a }\nspec: { revisions: [ { name: a-v1, run: { url: \"http://127.0.0.1:1\" } } ] }\n");
        var project = _root.Write("a/a.csproj", Functions);
        Assert.Equal(3, await RunAsync("init", _root.Path));
        Assert.Contains($"{project}: the name 'a' is taken by FunctionApp a ({_root["policies/mine.yaml"]}:1:1)", _error.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(_root["policies/a.yaml"]));
        Assert.False(File.Exists(_root["local.settings.json"]));
    }

    [Fact]
    public async Task A_policy_with_errors_is_left_alone()
    {
        _root.Write("policies/a.yaml", "kind: Mesh\n");
        Assert.Equal(3, await RunAsync("init", _root.Path));
        Assert.Contains("error FNM1104", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("nothing was written", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_Azure_Functions_app_is_left_out_with_what_works_instead()
    {
        _root.Write("az/host.json", "{}");
        _root.Write("a/a.csproj", Functions);
        Assert.Equal(0, await RunAsync("init", _root.Path));
        Assert.Contains($"left out: the folder '{_root["az"]}' is an Azure Functions app", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("validate", _root.Path));
    }

    private async Task<int> RunAsync(params string[] args)
    {
        var terminal = new Terminal
        {
            Out = _out,
            Error = _error,
            OpenInput = () => Stream.Null,
            OpenOutput = () => Stream.Null,
            CurrentDirectory = _root.Path,
            Variable = _ => null,
            Time = TimeProvider.System,
        };
        return await CommandLine.RunAsync(args, terminal, CancellationToken.None);
    }
}
