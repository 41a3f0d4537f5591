using System.Net;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Calls;

public sealed class SplitTests
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_thousand_calls_through_90_to_10_give_900_and_an_edit_to_50_to_50_is_live_within_2_seconds_with_no_failed_call()
    {
        await using var one = await FunctionServer.StartAsync(_ => new Answer(200, "one"), keep: false);
        await using var two = await FunctionServer.StartAsync(_ => new Answer(200, "two"), keep: false);
        string[] Policy(int percent) => [Yaml.App("prices", (one.Url, percent), (two.Url, 100 - percent)), Yaml.Route("prices", "prices")];
        await using var mesh = await Mesh.StartAsync(Policy(90));

        Assert.InRange(await CountOnesAsync(mesh, 1000), 870, 930);

        using var enough = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(_ => LoadAsync(mesh, enough.Token)).ToArray();
        var took = await mesh.WriteLiveAsync(Policy(50));
        var ones = await CountOnesAsync(mesh, 1000);
        await enough.CancelAsync();
        var calls = await Task.WhenAll(load);

        Assert.True(took < Promised, $"live after {took}");
        Assert.InRange(ones, 430, 570);
        Assert.All(calls, made => Assert.True(made > 0));
    }

    [Fact]
    public async Task A_broken_edit_is_reported_with_its_place_and_changes_nothing_and_the_next_good_edit_is_live()
    {
        await using var one = await FunctionServer.StartAsync(_ => new Answer(200, "one"));
        await using var two = await FunctionServer.StartAsync(_ => new Answer(200, "two"));
        await using var mesh = await Mesh.StartAsync(Yaml.App("prices", one.Url), Yaml.Route("prices", "prices"));
        var before = await mesh.ControlAsync("/api/v1/mesh");

        var seen = mesh.Up.Errors.Count;
        mesh.Write(Yaml.App("prices", two.Url), Yaml.Route("prices", "prices").Replace("backendRefs", "backendRef", StringComparison.Ordinal));
        var line = await mesh.Up.Errors.FirstAsync(line => line.Contains(" error FNM", StringComparison.Ordinal), seen);

        Assert.Matches(@"policies[/\\]mesh\.yaml:\d+:\d+: error FNM1103: .*'backendRef'.*'backendRefs'", line);
        Assert.Equal(LineOf(mesh, "backendRef"), int.Parse(line.Split(':')[1]));
        Assert.Equal("one", await (await mesh.GetAsync("/prices")).Content.ReadAsStringAsync());
        Assert.Equal(before.GetProperty("policy").GetString(), (await mesh.ControlAsync("/api/v1/mesh")).GetProperty("policy").GetString());
        Assert.DoesNotContain(mesh.Up.Errors.Items.Skip(seen), Mesh.IsLiveLine);

        await mesh.WriteLiveAsync(Yaml.App("prices", two.Url), Yaml.Route("prices", "prices"));
        Assert.Equal("two", await (await mesh.GetAsync("/prices")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_backend_that_is_none_is_a_warning_and_its_calls_are_answered_with_500()
    {
        await using var one = await FunctionServer.StartAsync(_ => new Answer(200, "one"));
        await using var mesh = await Mesh.StartAsync(Yaml.App("prices", one.Url), Yaml.Route("prices", "prices"));

        var seen = mesh.Up.Errors.Count;
        await mesh.WriteLiveAsync(Yaml.App("prices", one.Url), Yaml.Route("prices", "price"));
        var line = await mesh.Up.Errors.FirstAsync(line => line.Contains(" warning FNM", StringComparison.Ordinal), seen);
        using var answer = await mesh.GetAsync("/prices");

        Assert.Matches(@"policies[/\\]mesh\.yaml:\d+:\d+: warning FNM1405: .*'price'.*500.*'prices'", line);
        Assert.Equal((HttpStatusCode.InternalServerError, "InvalidBackend"), (answer.StatusCode, Assert.Single(answer.Headers.GetValues("fnmesh-verdict"))));
    }

    private static int LineOf(Mesh mesh, string part) =>
        1 + Array.FindIndex(File.ReadAllLines(mesh.Folder["policies/mesh.yaml"]), line => line.Contains(part, StringComparison.Ordinal));

    private static async Task<int> CountOnesAsync(Mesh mesh, int calls)
    {
        var ones = 0;
        for (var i = 0; i < calls; i++)
        {
            using var answer = await mesh.GetAsync($"/prices/{i}");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            ones += await answer.Content.ReadAsStringAsync() == "one" ? 1 : 0;
        }

        return ones;
    }

    private static async Task<int> LoadAsync(Mesh mesh, CancellationToken enough)
    {
        var calls = 0;
        for (; !enough.IsCancellationRequested; calls++)
        {
            using var answer = await mesh.GetAsync($"/prices/load-{calls}");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        return calls;
    }
}
