using FnMesh.Cli.Up;

namespace FnMesh.Cli.Tests.Up;

public sealed class EdgeSettingsTests : IDisposable
{
    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("""{ "Host": { "LocalHttpPort": 8123, }, } // as Azure's tools allow""", 8123)]
    [InlineData("""{ "Values": {} }""", null)]
    public void The_port_is_read_where_it_is_set(string json, int? port)
    {
        var (settings, fault) = Read(json);
        Assert.Equal((port, null), (settings.Port, fault));
    }

    [Fact]
    public void Which_pages_may_call_is_read_where_it_is_said()
    {
        Assert.Null(Read("""{ "Host": { "LocalHttpPort": 7071, "CORS": "" } }""").Settings.Cors);
        Assert.False(Read("""{ "Host": { "CORS": "*" } }""").Settings.Cors!.AllowsCredentials);
        Assert.True(Read("""{ "Host": { "CORS": "http://localhost:3000,https://shop.example", "CORSCredentials": true } }""").Settings.Cors!.AllowsCredentials);
    }

    [Theory]
    [InlineData("""{ "Host": { "LocalHttpPort": "8123" } }""")]
    [InlineData("""{ "Host": { "LocalHttpPort": 70000 } }""")]
    [InlineData("""{ "Host": { "CORS": true } }""")]
    [InlineData("""{ "Host": { "CORSCredentials": "yes" } }""")]
    [InlineData("""{ "Host": { "CORS": "*", "CORSCredentials": true } }""")]
    [InlineData("""{ "Host": { "CORS": "localhost" } }""")]
    [InlineData("""{ "Host": { "CORS": "\ud800" } }""")]
    [InlineData("{")]
    public void What_cannot_be_read_is_a_fault_that_names_the_file(string json) =>
        Assert.Contains("local.settings.json", Read(json).Fault, StringComparison.Ordinal);

    private (EdgeSettings Settings, string? Fault) Read(string json)
    {
        File.WriteAllText(_root["local.settings.json"], json);
        return EdgeSettings.Read(_root.Path);
    }
}
