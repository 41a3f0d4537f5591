using System.Runtime.Versioning;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Roles;

/// <summary>People at commands, in a mesh whose control and gateway run by themselves.</summary>
public sealed class PersonTests
{
    private const string Ada = "spiffe://mesh.local/user/ada";

    [Fact]
    public async Task A_person_calls_invokes_and_publishes_with_their_own_identity()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200, "done"));
        await using var mesh = await StartAsync(function);

        var called = await mesh.CommandAsAsync("user-ada", "call", "web", "/called");
        Assert.True(called is { Code: 0, Output: "done" }, $"{called}");
        Assert.Equal(Ada, (await function.Requests.FirstAsync(request => request.Path == "/called")).Headers["fnmesh-principal"]);

        var invoked = await mesh.CommandAsAsync("user-ada", "invoke", "web/work-it", "--type", "test.made", "--id", "invoked");
        Assert.True(invoked.Code == 0, $"{invoked}");
        Assert.Equal(Ada, (await function.Requests.FirstAsync(request => request["ce-id"] == "invoked")).Headers["fnmesh-principal"]);

        var published = await mesh.CommandAsAsync("user-ada", "publish", "--type", "test.made", "--id", "published");
        Assert.True(published.Code == 0, $"{published}");
        Assert.Equal(Ada, (await function.Requests.FirstAsync(request => request["ce-id"] == "published")).Headers["fnmesh-principal"]);

        var shown = await mesh.CommandAsAsync("user-ada", "identity", "show");
        Assert.Contains($"identity: \"{Ada}\"", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")] // Which keeps rights in lists, not modes.
    public async Task What_a_person_keeps_is_private_and_serves_again_without_the_token_and_another_token_in_its_place_is_somebody_else()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200));
        await using var mesh = await StartAsync(function, "ada", "bob");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(mesh.Folder["tokens/user-ada"]));
        Assert.Equal(0, (await mesh.CommandAsAsync("user-ada", "call", "web")).Code);

        var kept = Directory.GetDirectories(mesh.Folder["home"], "people", SearchOption.AllDirectories).SelectMany(Directory.GetDirectories).Single();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(kept));
        Assert.All(Directory.GetFiles(kept), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        var credentials = Path.Combine(kept, "credentials.json");
        var first = File.ReadAllText(credentials);

        File.Delete(mesh.Folder["tokens/user-ada"]);
        Assert.Equal(0, (await mesh.CommandAsAsync("user-ada", "call", "web")).Code);
        Assert.Equal(first, File.ReadAllText(credentials));

        File.Copy(mesh.Folder["tokens/user-bob"], mesh.Folder["tokens/user-ada"]);
        Assert.Equal(0, (await mesh.CommandAsAsync("user-ada", "call", "web")).Code);
        Assert.Equal([Ada, Ada, "spiffe://mesh.local/user/bob"], function.Requests.Items.Select(request => request.Headers["fnmesh-principal"]));
    }

    [Fact]
    public async Task A_token_that_is_refused_or_for_an_app_or_not_there_ends_with_a_sentence()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200));
        await using var mesh = await StartAsync(function);
        var written = File.ReadAllText(mesh.Folder["tokens/user-ada"]).Trim().Split('.');
        mesh.Folder.Write("tokens/forged", string.Join('.', [.. written[..2], new string('A', 43), .. written[3..]]));

        var forged = await mesh.CommandAsAsync("forged", "call", "web");
        Assert.Equal(4, forged.Code);
        Assert.Contains("refuses the join token", forged.Error, StringComparison.Ordinal);
        var app = await mesh.CommandAsAsync("web", "publish", "--type", "test.made");
        Assert.Equal(4, app.Code);
        Assert.Contains("which is no person; 'fnmesh control --token user/NAME=FILE' writes one that is", app.Error, StringComparison.Ordinal);
        var none = await mesh.CommandAsAsync("none", "identity", "show");
        Assert.Equal(4, none.Code);
        Assert.Contains("does not exist", none.Error, StringComparison.Ordinal);
        Assert.Empty(function.Requests.Items);
    }

    [Fact]
    public async Task Without_a_token_nothing_is_sent_and_anonymous_events_are_published_only_when_that_is_said()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200));
        await using var mesh = await StartAsync(function);

        foreach (string[] command in new string[][] { ["call", "web"], ["invoke", "web/work-it", "--type", "test.made"], ["publish", "--type", "test.made"] })
        {
            var refused = await mesh.CommandAsync(command);
            Assert.Equal((2, ""), (refused.Code, refused.Output));
            Assert.Contains("name the file of your join token in FNMESH_JOIN_TOKEN_FILE", refused.Error, StringComparison.Ordinal);
        }

        Assert.Empty(function.Requests.Items);
        var published = await mesh.CommandAsync("publish", "--type", "test.made", "--anonymous");
        Assert.True(published.Code == 0, $"{published}");
        Assert.Equal("anonymous", (await function.Requests.FirstAsync(_ => true)).Headers["fnmesh-principal"]);
    }

    [Theory]
    [InlineData("user/a b")]
    [InlineData("user/")]
    [InlineData("person/ada")]
    public async Task A_token_for_who_cannot_be_is_wrong_usage(string who)
    {
        using var folder = new TempFolder();
        folder.Write("policies/mesh.yaml", Yaml.App("web", "http://127.0.0.1:9"));
        var refused = await FnMeshProgram.RunAsync(folder.Path, "control", "--control-port", "0", "--node-listen", "127.0.0.1:0", "--token", $"{who}=token");
        Assert.Equal(2, refused.Code);
        Assert.Contains($"--token '{who}=token': '{who}' ", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["token"]));
    }

    private static async Task<ApartMesh> StartAsync(FunctionServer function, params string[] people)
    {
        var mesh = new ApartMesh { People = people.Length > 0 ? people : ["ada"] };
        try
        {
            mesh.Write(Yaml.App("web", function.Url), Yaml.Subscription("work-it", "test.made", "web"), Yaml.Publishers());
            await mesh.StartControlAsync("web");
            await mesh.StartGatewayAsync();
            await mesh.Gateway.Errors.FirstAsync(ApartMesh.IsLive);
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }
}
