using FnMesh.Cli.Up;

namespace FnMesh.Cli.Tests.Up;

public sealed class LocalSettingsTests : IDisposable
{
    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("""{ "Host": { "LocalHttpPort": 8123, }, } // as Azure's tools allow""", 8123)]
    [InlineData("""{ "Values": {} }""", null)]
    public void The_port_is_read_where_it_is_set(string json, int? port) => Assert.Equal((port, null), Read(json));

    [Theory]
    [InlineData("""{ "Host": { "LocalHttpPort": "8123" } }""")]
    [InlineData("""{ "Host": { "LocalHttpPort": 70000 } }""")]
    [InlineData("{")]
    public void What_cannot_be_read_is_a_fault_that_names_the_file(string json) =>
        Assert.Contains("local.settings.json", Read(json).Fault, StringComparison.Ordinal);

    private (int? Port, string? Fault) Read(string json)
    {
        File.WriteAllText(_root["local.settings.json"], json);
        return LocalSettings.ReadGatewayPort(_root.Path);
    }
}
