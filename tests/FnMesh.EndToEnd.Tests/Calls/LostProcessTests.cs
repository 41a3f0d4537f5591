using System.Globalization;
using System.Net;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Calls;

public sealed class LostProcessTests
{
    private const int Callers = 4;
    private const int CallsEach = 100;

    /// <summary>As many as a shim holds.</summary>
    private const int Waiting = 256;

    [Fact]
    public async Task A_process_killed_under_load_costs_no_call_that_is_safe_to_send_again()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200));
        await using var mesh = await Mesh.StartAsync(Yaml.Relay("web", function.Url, replicas: 2), Yaml.Route("web", "web", "retry: { attempts: 2 }"));

        var load = Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => CallAsync(mesh)));
        await function.Requests.WhenAsync(seen => seen.Count >= Callers * CallsEach / 4);
        MarkedProcesses.Kill([int.Parse(function.Requests.Items[0]["relay-process"]!, CultureInfo.InvariantCulture)]);

        Assert.All((await load).SelectMany(statuses => statuses), status => Assert.Equal(HttpStatusCode.OK, status));
    }

    [Fact]
    public async Task The_only_process_of_a_revision_that_is_killed_costs_no_call_that_is_safe_to_send_again()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200));
        await using var mesh = await Mesh.StartAsync(Yaml.Relay("web", function.Url), Yaml.Route("web", "web", "retry: { attempts: 2 }"));

        var load = Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => CallAsync(mesh)));
        await function.Requests.WhenAsync(seen => seen.Count >= Callers * CallsEach / 4);
        MarkedProcesses.Kill([int.Parse(function.Requests.Items[0]["relay-process"]!, CultureInfo.InvariantCulture)]);

        Assert.All((await load).SelectMany(statuses => statuses), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(2, function.Requests.Items.Select(request => request["relay-process"]).Distinct().Count());
    }

    [Fact]
    public async Task Of_the_calls_that_come_while_a_process_is_started_again_256_wait_and_the_next_is_told_when_to_come_back()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200));
        // Its second process listens once there is a file of that name.
        var words = string.Join(' ', RelayFunction.Command.Select(word => $"\"{word}\""));
        var command = $$"""[ sh, -c, 'if [ -e once ]; then until [ -e again ]; do sleep 0.01; done; fi; touch once; exec {{words}}' ]""";
        var app = Yaml.Relay("web", function.Url).Replace($"[ {string.Join(", ", RelayFunction.Command.Select(word => $"'{word}'"))} ]", command, StringComparison.Ordinal);
        await using var mesh = await Mesh.StartAsync(app, Yaml.Route("web", "web", "retry: { attempts: 0 }"));
        await mesh.GetAsync("/web");
        MarkedProcesses.Kill([int.Parse(function.Requests.Items[0]["relay-process"]!, CultureInfo.InvariantCulture)]);

        var calls = Enumerable.Range(0, Waiting + 1).Select(_ => mesh.GetAsync("/web")).ToList();
        using var refused = await await Task.WhenAny(calls);
        mesh.Folder.Write("policies/again", "");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Overloaded"), (refused.StatusCode, refused.Headers.GetValues("fnmesh-verdict").Single()));
        Assert.Equal(TimeSpan.FromSeconds(2), refused.Headers.RetryAfter!.Delta);
    }

    private static async Task<List<HttpStatusCode>> CallAsync(Mesh mesh)
    {
        var statuses = new List<HttpStatusCode>();
        for (var call = 0; call < CallsEach; call++)
        {
            using var answer = await mesh.GetAsync("/web");
            statuses.Add(answer.StatusCode);
        }

        return statuses;
    }
}
