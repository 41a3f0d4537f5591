using FnMesh.Node.Members;

namespace FnMesh.Node.Tests.Members;

public sealed class LocalSettingsTests
{
    [Fact]
    public void Values_and_connection_strings_become_environment()
    {
        using var folder = new TempFolder();
        folder.Write("local.settings.json", """
            {
              // as Azure Functions writes it
              "IsEncrypted": false,
              "Values": { "NAME": "shop", "My:Setting": "x", "COUNT": 3, "ON": true, "NOTHING": null },
              "ConnectionStrings": { "Db": "Server=a", "Old": { "ConnectionString": "Server=b", "ProviderName": "p" } },
            }
            """);

        Assert.True(LocalSettings.TryRead(folder.Path, out var settings, out _));

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["NAME"] = "shop",
                ["My__Setting"] = "x",
                ["COUNT"] = "3",
                ["ON"] = "true",
                ["ConnectionStrings__Db"] = "Server=a",
                ["ConnectionStrings__Old"] = "Server=b",
            },
            settings);
    }

    [Fact]
    public void A_folder_without_the_file_has_no_settings()
    {
        using var folder = new TempFolder();

        Assert.True(LocalSettings.TryRead(folder.Path, out var settings, out _));
        Assert.Empty(settings);
    }

    [Theory]
    [InlineData("{ \"Values\": ", "local.settings.json' cannot be used: ")]
    [InlineData("[]", "it is not a JSON object")]
    [InlineData("{ \"IsEncrypted\": true }", "its values are encrypted; ")]
    [InlineData("{ \"Values\": [] }", "Values is not a JSON object")]
    [InlineData("{ \"Values\": { \"a-b\": \"\" } }", "Values: 'a-b' is no name of an environment variable; ")]
    [InlineData("{ \"Values\": { \"A\": {} } }", "Values: 'A' is neither text, a number nor a truth value")]
    public void What_cannot_be_used_is_named(string text, string named)
    {
        using var folder = new TempFolder();
        folder.Write("local.settings.json", text);

        Assert.False(LocalSettings.TryRead(folder.Path, out _, out var failure));
        Assert.Contains(named, failure);
    }
}
