namespace FnMesh.House.Tests;

public sealed class LayersTests
{
    [Fact]
    public void Project_references_point_down_only() => Expect.None(Layers.Violations(Repository.Files(".csproj")));

    [Theory]
    [InlineData("broker-gateway/FnMesh.Gateway/FnMesh.Gateway.csproj", "FnMesh.Shim", "references point down only")]
    [InlineData("policies/FnMesh.Policy/FnMesh.Policy.csproj", "FnMesh.Control", "references point down only")]
    [InlineData("control/FnMesh.Cli/FnMesh.Cli.csproj", "FnMesh.New", "in no layer")]
    [InlineData("control/FnMesh.New/FnMesh.New.csproj", "FnMesh.Policy", "in no layer")]
    [InlineData("samples/shop/orders/orders.csproj", "FnMesh.Gateway", "a sample may not reference")]
    public void An_arrow_that_the_layers_do_not_allow_is_found(string project, string reference, string complaint)
    {
        var text = $"""<Project><ItemGroup><ProjectReference Include="..\..\x\{reference}\{reference}.csproj" /></ItemGroup></Project>""";
        Assert.Contains(complaint, Assert.Single(Layers.Violations([new TextFile(project, text)])));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "FnMesh.sln")).Replace('\\', '/');
        Assert.All(Repository.Files(".csproj").Where(project => !project.IsTemplate), project => Assert.Contains($"\"{project.Path}\"", solution, StringComparison.Ordinal));
    }
}
