using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Packages;

public sealed class PackagesTests(PackedFeed feed, ITestOutputHelper output) : IClassFixture<PackedFeed>
{
    private static readonly TimeSpan Build = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task The_packages_alone_make_a_mesh_in_an_empty_folder()
    {
        var tool = await feed.InstallToolAsync();
        await feed.NewAsync("Greetings");
        await using var up = await UpProcess.InstalledAsync(Build, tool, feed.Folder.Path, "Greetings");
        output.WriteLine($"first start, with its build: {TimeProvider.System.GetElapsedTime(up.Started).TotalSeconds:0.0} s");

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });
        var remembered = up.Errors.FirstAsync(line => line.Contains("Ada was greeted", StringComparison.Ordinal));
        Assert.Equal("Hello, Ada!\n", await http.GetStringAsync(new Uri(up.Gateway, "/hello/Ada")));
        await remembered;

        Assert.True(Directory.Exists(feed.Folder[$"packages/fnmesh.functions/{PackedFeed.Version}"]), "the app was built with another package");
        Assert.Equal(0, await up.StopAsync());
        await MarkedProcesses.GoneAsync(up.Mark);
    }

    [Theory]
    [InlineData("2026", "2026", "_2026")]
    [InlineData("My App.Two", "my-app-two", "MyAppTwo")]
    [InlineData("class", "class", "Class")]
    [InlineData("Über_ÖL", "ber-l", "ÜberÖl")]
    [InlineData("ÄÖ", "app", "Äö")]
    [InlineData("A-name-that-is-far-longer-than-what-the-label-of-a-host-may-have", "a-name-that-is-far-longer-than-what-the-label-of-a", "ANameThatIsFarLongerThanWhatTheLabelOfAHostMayHave")]
    public async Task Whatever_name_an_app_is_given_its_policy_is_valid_and_its_class_is_named_after_it(string name, string app, string type)
    {
        await feed.NewAsync(name);
        Assert.Contains($"public class {type}Functions(MeshClient mesh, ILogger<{type}Functions> log)", File.ReadAllText(feed.Folder[$"{name}/Program.cs"]), StringComparison.Ordinal);
        Assert.True(File.Exists(feed.Folder[$"{name}/{name}.csproj"]));
        var policy = File.ReadAllText(feed.Folder[$"{name}/policies/{app}.yaml"]);
        Assert.Contains($"metadata: {{ name: \"{app}\" }}", policy, StringComparison.Ordinal);
        var validated = await FnMeshProgram.RunAsync(feed.Folder.Path, "validate", "-f", feed.Folder[name]);
        Assert.True(validated.Code == 0, $"{validated}");
    }

    [Theory]
    [InlineData("FnMesh.Functions", "analyzers/dotnet/cs/FnMesh.Functions.Generators.dll", "lib/net10.0/FnMesh.Functions.dll", "lib/net10.0/FnMesh.Functions.xml")]
    [InlineData("FnMesh.Node", "lib/net10.0/FnMesh.Node.dll", "lib/net10.0/FnMesh.Node.xml")]
    [InlineData("FnMesh.Policy", "lib/net10.0/FnMesh.Policy.dll", "lib/net10.0/FnMesh.Policy.xml")]
    public void A_library_brings_its_documentation_and_its_symbols(string id, params string[] expected)
    {
        var (files, nuspec) = feed.Open(id);
        Assert.Equal(expected, files.Where(file => file.StartsWith("analyzers/", StringComparison.Ordinal) || file.StartsWith("lib/", StringComparison.Ordinal)));
        Describes(files, nuspec);
        Assert.Contains($"lib/net10.0/{id}.pdb", feed.Open(id, "snupkg").Files);
    }

    [Fact]
    public void What_functions_need_inside_is_not_offered_to_those_who_write_them()
    {
        var nuspec = feed.Open("FnMesh.Functions").Nuspec;
        Assert.Contains($"""<dependency id="FnMesh.Node" version="{PackedFeed.Version}" exclude="Compile,Build,Analyzers" />""", nuspec, StringComparison.Ordinal);
        Assert.Contains("""<frameworkReference name="Microsoft.AspNetCore.App" />""", nuspec, StringComparison.Ordinal);
        var offered = nuspec.Split('\n').Where(line => line.Contains("<dependency ", StringComparison.Ordinal) && !line.Contains("Compile", StringComparison.Ordinal));
        Assert.Contains("CloudNative.CloudEvents", Assert.Single(offered), StringComparison.Ordinal);
    }

    [Fact]
    public void The_tool_and_the_templates_say_what_they_are()
    {
        var (tool, toolSays) = feed.Open("FnMesh.Cli");
        Describes(tool, toolSays);
        Assert.Contains("""<packageType name="DotnetTool" />""", toolSays, StringComparison.Ordinal);
        Assert.Contains("tools/net10.0/any/fnmesh.pdb", tool);

        var (templates, templatesSay) = feed.Open("FnMesh.Templates");
        Describes(templates, templatesSay);
        Assert.Contains("""<packageType name="Template" />""", templatesSay, StringComparison.Ordinal);
        Assert.DoesNotContain(templates, file => file.Contains("/bin/", StringComparison.Ordinal) || file.Contains("/obj/", StringComparison.Ordinal));
    }

    [Fact]
    public void The_README_of_the_functions_shows_the_program_of_the_template()
    {
        var program = File.ReadAllText(Path.Combine(FnMeshProgram.Root, "runtime-shim/FnMesh.Templates/app/Program.cs")).ReplaceLineEndings("\n");
        Assert.Contains($"```csharp\n{program}```", File.ReadAllText(Path.Combine(FnMeshProgram.Root, "runtime-shim/FnMesh.Functions/README.md")).ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private static void Describes(IReadOnlyList<string> files, string nuspec)
    {
        Assert.Contains("README.md", files);
        Assert.All(["<description>", "<tags>", "<readme>README.md</readme>", """<license type="expression">Apache-2.0</license>"""], part => Assert.Contains(part, nuspec, StringComparison.Ordinal));
    }
}
