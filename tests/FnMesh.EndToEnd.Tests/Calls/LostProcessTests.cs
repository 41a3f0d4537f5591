using System.Globalization;
using System.Net;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Calls;

public sealed class LostProcessTests
{
    private const int Callers = 4;
    private const int CallsEach = 100;

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
