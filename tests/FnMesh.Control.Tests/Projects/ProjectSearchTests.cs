using FnMesh.Control.Projects;
using FnMesh.Policy;

namespace FnMesh.Control.Tests.Projects;

public sealed class ProjectSearchTests : IDisposable
{
    private const string Functions = """<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><PackageReference Include="FnMesh.Functions" Version="0.1.0" /></ItemGroup></Project>""";
    private const string Web = """<Project Sdk="Microsoft.NET.Sdk.Web"></Project>""";

    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void A_project_that_references_FnMesh_Functions_by_package_or_project_is_an_app_by_its_name()
    {
        _root.Write("orders/Shop.Orders.csproj", Functions);
        _root.Write("b/pricing.csproj", """<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><ProjectReference Include="..\lib\FnMesh.Functions.csproj" /></ItemGroup></Project>""");
        _root.Write("c/lib.csproj", """<Project Sdk="Microsoft.NET.Sdk"></Project>""");
        _root.Write("d/web.csproj", Web);

        var found = ProjectSearch.Find(_root.Path, ProjectRole.Functions);
        Assert.Empty(found.Diagnostics);
        Assert.Equal(["pricing", "shop-orders"], found.Projects.Select(project => project.App));
        Assert.Equal(["pricing", "web", "shop-orders"], ProjectSearch.Find(_root.Path, ProjectRole.Functions, ProjectRole.Web).Projects.Select(project => project.App));
    }

    [Theory]
    [InlineData("bin/Debug/a.csproj")]
    [InlineData("obj/a.csproj")]
    [InlineData("node_modules/x/a.csproj")]
    [InlineData("artifacts/a.csproj")]
    [InlineData(".git/a.csproj")]
    [InlineData(".fnmesh/build/a.csproj")]
    [InlineData("1/2/3/4/5/6/7/8/9/a.csproj")]
    public void What_tools_write_and_what_lies_too_deep_is_not_searched(string file)
    {
        _root.Write(file, Functions);
        Assert.Empty(ProjectSearch.Find(_root.Path, ProjectRole.Functions).Projects);
    }

    [Fact]
    public void Links_are_not_followed()
    {
        if (OperatingSystem.IsWindows()) return;
        using var elsewhere = new TempFolder();
        elsewhere.Write("a.csproj", Functions);
        Directory.CreateSymbolicLink(_root["link"], elsewhere.Path);
        Assert.Empty(ProjectSearch.Find(_root.Path, ProjectRole.Functions).Projects);
    }

    [Fact]
    public void A_test_project_is_no_app()
    {
        _root.Write("tests/a.csproj", Functions.Replace("</ItemGroup>", """<PackageReference Include="Microsoft.NET.Test.Sdk" /></ItemGroup>""", StringComparison.Ordinal));
        Assert.Empty(ProjectSearch.Find(_root.Path, ProjectRole.Functions).Projects);
    }

    [Fact]
    public void Two_projects_of_one_name_are_refused_with_both_places()
    {
        var first = _root.Write("a/Orders.csproj", Functions);
        var second = _root.Write("b/orders.csproj", Functions);

        var fault = Assert.Single(ProjectSearch.Find(_root.Path, ProjectRole.Functions).Diagnostics);
        Assert.Equal(("FNM0009", second), (fault.Code, fault.Origin.File));
        Assert.Contains($"'orders', as that of {first}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_json_alone_is_an_Azure_Functions_app_which_is_refused_and_beside_a_function_project_it_is_nothing()
    {
        _root.Write("ours/a.csproj", Functions);
        _root.Write("ours/host.json", "{}");
        _root.Write("theirs/b.csproj", Web);
        var host = _root.Write("theirs/host.json", "{}");

        var found = ProjectSearch.Find(_root.Path, ProjectRole.Functions);
        Assert.Equal(["a"], found.Projects.Select(project => project.App));
        var fault = Assert.Single(found.Diagnostics);
        Assert.Equal((Severity.Error, ProjectSearch.AzureFunctions, host), (fault.Severity, fault.Code, fault.Origin.File));
        Assert.Contains($"'{_root["theirs"]}' is an Azure Functions app", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<Project", "FNM0010")]
    [InlineData("<!DOCTYPE a [ <!ENTITY b SYSTEM \"file:///etc/passwd\"> ]><Project>&b;</Project>", "FNM0010")]
    public void A_project_that_cannot_be_read_is_said_and_left_out(string text, string code)
    {
        _root.Write("a/a.csproj", text);
        _root.Write("b/b.csproj", Functions);

        var found = ProjectSearch.Find(_root.Path, ProjectRole.Functions);
        Assert.Equal(["b"], found.Projects.Select(project => project.App));
        Assert.Equal((Severity.Warning, code), (found.Diagnostics.Single().Severity, found.Diagnostics.Single().Code));
    }

    [Theory]
    [InlineData("Shop.Orders", "shop-orders")]
    [InlineData("--Ärger & Co__2", "rger-co-2")]
    [InlineData("☃", "")]
    public void A_name_keeps_what_a_name_may_hold(string text, string name) => Assert.Equal(name, AppName.Of(text));

    [Fact]
    public void A_long_name_leaves_room_for_its_revision() => Assert.Equal(56, AppName.Of(new string('a', 100)).Length);

    [Fact]
    public void New_and_removed_projects_are_followed_and_errors_keep_what_is_live()
    {
        _root.Write("a/a.csproj", Functions);
        var folder = PolicyFolder.OfApps(_root.Path, [new PolicySource("default.yaml", "apiVersion: fnmesh.dev/v1alpha1\nkind: Mesh\nmetadata: { name: mesh }\n")], TimeProvider.System);
        Assert.Equal(["a"], folder.Load().Snapshot!.Apps.Select(app => app.Name));
        Assert.Null(folder.Look());

        _root.Write("b/b.csproj", Functions);
        var two = folder.Look()!.Snapshot!;
        Assert.Equal(["a", "b"], two.Apps.Select(app => app.Name));
        Assert.Equal((Path.Combine(_root.Path, "b"), "b.csproj"), (two.Apps[1].Revisions[0].Run.Directory, two.Apps[1].Revisions[0].Run.Project));

        var host = _root.Write("c/host.json", "{}");
        Assert.Null(folder.Look()!.Snapshot);
        File.Delete(host);
        Directory.Delete(_root["a"], recursive: true);
        Assert.Equal(["b"], folder.Look()!.Snapshot!.Apps.Select(app => app.Name));
    }
}
