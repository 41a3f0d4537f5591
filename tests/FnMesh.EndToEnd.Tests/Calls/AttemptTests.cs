using System.Net;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Calls;

public sealed class AttemptTests
{
    [Fact]
    public async Task A_GET_answered_503_503_200_is_tried_three_times_and_ends_as_one_200()
    {
        var calls = 0;
        await using var function = await FunctionServer.StartAsync(_ => Interlocked.Increment(ref calls) < 3 ? new Answer(503, "busy") : new Answer(200, "done"));
        await using var mesh = await Mesh.StartAsync(
            Yaml.App("jobs", function.Url), Yaml.Route("jobs", "jobs", "retry: { attempts: 2, codes: [ 503 ], backoff: 10ms }"));

        using var answer = await mesh.GetAsync("/jobs/1?x=2");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("done", await answer.Content.ReadAsStringAsync());
        Assert.Equal(["GET /jobs/1?x=2", "GET /jobs/1?x=2", "GET /jobs/1?x=2"], function.Requests.Items.Select(request => $"{request.Method} {request.Path}"));
    }

    [Fact]
    public async Task A_POST_that_was_sent_is_not_repeated()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(503, "busy"));
        await using var mesh = await Mesh.StartAsync(
            Yaml.App("jobs", function.Url), Yaml.Route("jobs", "jobs", "retry: { attempts: 2, codes: [ 503 ], backoff: 10ms }"));

        using var answer = await mesh.PostAsync("/jobs", new StringContent("pay"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("busy", await answer.Content.ReadAsStringAsync());
        Assert.Equal("pay", Assert.Single(function.Requests.Items).Body);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(418)]
    [InlineData(500)]
    public async Task A_functions_own_error_passes_unchanged(int status)
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(status, """{"mine":true}""", "application/vnd.mine+json", ("x-mine", "kept"), ("fnmesh-verdict", "Denied"), ("fnmesh-other", "forged")));
        await using var mesh = await Mesh.StartAsync(Yaml.App("jobs", function.Url), Yaml.Route("jobs", "jobs"));

        using var answer = await mesh.GetAsync("/jobs");

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("""{"mine":true}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal("application/vnd.mine+json", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("kept", Assert.Single(answer.Headers.GetValues("x-mine")));
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("fnmesh-", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Spoofed_headers_of_the_mesh_and_of_client_certificates_never_arrive()
    {
        string[] spoofed =
        [
            "fnmesh-subscription", "fnmesh-delivery", "FNMESH-Attempt", "fnmesh_principal", "Fnmesh-Anything", "client-cert", "Client-Cert-Chain", "x-client-cert",
            "X-SSL-Client-Verify", "ssl-client-cert", "x-forwarded-client-cert", "x-arr-clientcert", "x-amzn-mtls-clientcert", "x_client_cert",
        ];
        await using var function = await FunctionServer.StartAsync(_ => Answer.Done);
        await using var mesh = await Mesh.StartAsync(Yaml.App("jobs", function.Url), Yaml.Route("jobs", "jobs"));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(mesh.Up.Gateway, "/jobs"));
        foreach (var name in spoofed) request.Headers.TryAddWithoutValidation(name, "spoofed");
        request.Headers.TryAddWithoutValidation("fnmesh-principal", "app/admin");
        request.Headers.TryAddWithoutValidation("x-kept", "mine");

        using var answer = await mesh.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var received = Assert.Single(function.Requests.Items);
        Assert.DoesNotContain(received.Headers, header => header.Value.Contains("spoofed", StringComparison.Ordinal));
        Assert.Equal("anonymous", received["fnmesh-principal"]);
        Assert.Equal("mine", received["x-kept"]);
    }
}
