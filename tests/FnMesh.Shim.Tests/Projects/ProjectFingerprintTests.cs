using FnMesh.Shim.Projects;

namespace FnMesh.Shim.Tests.Projects;

public sealed class ProjectFingerprintTests
{
    private const string Reference = """<ProjectReference Include="..\lib\lib.csproj" /><Compile Include="../shared/*.cs" />""";

    [Theory]
    [InlineData("app/Program.cs")]
    [InlineData("app/New.cs")]
    [InlineData("app/inner/deep/New.cs")]
    [InlineData("app/app.csproj")]
    [InlineData("lib/New.cs")]
    [InlineData("shared/New.cs")]
    [InlineData("build/More.props")]
    [InlineData("Directory.Build.props")]
    [InlineData("Directory.Packages.props")]
    [InlineData("global.json")]
    [InlineData("nuget.config")]
    [InlineData(".editorconfig")]
    public void A_change_of_an_input_is_seen(string path)
    {
        using var folder = Tree();
        var before = Fingerprint(folder);

        folder.Write(path, (File.Exists(folder[path]) ? File.ReadAllText(folder[path]) : "<Project />") + "\n");

        Assert.NotNull(before);
        Assert.NotEqual(before, Fingerprint(folder));
    }

    [Theory]
    [InlineData("app/bin/Debug/app.dll")]
    [InlineData("app/obj/project.assets.json")]
    [InlineData("app/.git/index")]
    [InlineData("app/.fnmesh/up.json")]
    [InlineData("artifacts/x")]
    [InlineData("other/New.cs")]
    [InlineData("app/policies/app.yaml")]
    [InlineData("app/README.md")]
    public void What_is_no_input_changes_nothing(string path)
    {
        using var folder = Tree();
        var before = Fingerprint(folder);

        folder.Write(path, "anything");

        Assert.Equal(before, Fingerprint(folder));
    }

    [Fact]
    public void Policies_that_an_item_names_are_inputs()
    {
        using var folder = Tree();
        folder.Write("app/app.csproj", """<Project><ItemGroup><EmbeddedResource Include="policies/*.yaml" /></ItemGroup></Project>""");
        var before = Fingerprint(folder);

        folder.Write("app/policies/app.yaml", "anything");

        Assert.NotNull(before);
        Assert.NotEqual(before, Fingerprint(folder));
    }

    [Theory]
    [InlineData("app/README.md", """<EmbeddedResource Include="README.md" />""")]
    [InlineData("app/README.md", """<None Update="*.md" CopyToOutputDirectory="Always" />""")]
    [InlineData("app/texts/help.md", """<EmbeddedResource Include="texts/**" />""")]
    [InlineData("app/texts/help.md", """<AdditionalFiles Include="$(Texts)" />""")]
    [InlineData("app/wwwroot/help.md", "")]
    public void Documents_that_an_item_may_name_or_that_are_served_are_inputs(string path, string item)
    {
        using var folder = Tree();
        folder.Write("app/app.csproj", $"<Project><ItemGroup>{item}</ItemGroup></Project>");
        var before = Fingerprint(folder);

        folder.Write(path, "anything");

        Assert.NotNull(before);
        Assert.NotEqual(before, Fingerprint(folder));
    }

    [Fact]
    public void A_deleted_file_and_another_sdk_are_seen()
    {
        using var folder = Tree();
        var before = Fingerprint(folder);
        var other = ProjectFingerprint.Of(folder["app/app.csproj"], ["10.0.401"]);

        File.Delete(folder["app/Program.cs"]);

        Assert.NotEqual(before, other);
        Assert.NotEqual(before, Fingerprint(folder));
    }

    [Theory]
    [InlineData("""<ProjectReference Include="$(Somewhere)/x.csproj" />""")]
    [InlineData("""<Compile Include="$(Somewhere)/**/*.cs" />""")]
    public void Inputs_that_only_msbuild_knows_leave_it_without_a_fingerprint(string reference)
    {
        using var folder = new TempFolder();
        ProjectTree.AddFunction(folder, "app", reference);

        Assert.Null(Fingerprint(folder));
    }

    private static TempFolder Tree()
    {
        var folder = new TempFolder();
        ProjectTree.AddLibrary(folder, "lib");
        ProjectTree.AddFunction(folder, "app", Reference);
        folder.Write("shared/Shared.cs", "");
        folder.Write("build/More.props", "<Project />");
        folder.Write("Directory.Build.props", """<Project><Import Project="build/More.props" /></Project>""");
        return folder;
    }

    private static string? Fingerprint(TempFolder folder) => ProjectFingerprint.Of(folder["app/app.csproj"], ["10.0.400"]);
}
