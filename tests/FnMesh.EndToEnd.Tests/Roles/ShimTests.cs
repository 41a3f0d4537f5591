using System.Globalization;
using System.Net;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Roles;

/// <summary>Processes that join through <c>fnmesh shim</c>, beside a control and a gateway that run by themselves.</summary>
public sealed class ShimTests
{
    [Fact]
    public async Task A_process_behind_a_shim_is_called_through_the_gateway_and_calls_others_by_its_door()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200));
        await using var mesh = await StartAsync(function);

        Assert.Equal(HttpStatusCode.OK, (await mesh.GetAsync("/web/from-the-edge")).StatusCode);

        var caller = await mesh.StartShimAsync("caller", function.Url, "caller");
        using var call = new HttpRequestMessage(HttpMethod.Get, new Uri(caller.Door!, "/from-the-door")) { Headers = { Host = "web" } };
        Assert.Equal(HttpStatusCode.OK, (await mesh.Http.SendAsync(call)).StatusCode);
        Assert.Equal(["/web/from-the-edge", "/from-the-door"], function.Requests.Items.Select(request => request.Path));
    }

    [Fact]
    public async Task What_a_process_has_left_of_its_callers_time_ends_its_own_call()
    {
        var never = new TaskCompletionSource<Answer>();
        await using var function = await FunctionServer.StartAsync(request => request.Path == "/late" ? never.Task : Task.FromResult(new Answer(200)));
        await using var mesh = await StartAsync(function);
        var caller = await mesh.StartShimAsync("caller", function.Url, "caller");

        // The connection to the gateway stands before time counts.
        using var first = new HttpRequestMessage(HttpMethod.Get, caller.Door) { Headers = { Host = "web" } };
        (await mesh.Http.SendAsync(first)).EnsureSuccessStatusCode().Dispose();
        using var call = new HttpRequestMessage(HttpMethod.Get, new Uri(caller.Door!, "/late")) { Headers = { Host = "web" } };
        call.Headers.Add("fnmesh-deadline", "1000");
        using var answer = await mesh.Http.SendAsync(call);

        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        Assert.Contains("no answer from web-v1 within 1000 ms (the caller's deadline)", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_that_says_nothing_holds_up_no_call_for_longer_than_its_caller_waits()
    {
        if (OperatingSystem.IsWindows()) return;
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200));
        await using var mesh = await StartAsync(function);
        var caller = await mesh.StartShimAsync("caller", function.Url, "caller");
        await mesh.Apart.Gateway.SignalAsync("STOP");
        try
        {
            using var call = new HttpRequestMessage(HttpMethod.Get, new Uri(caller.Door!, "/")) { Headers = { Host = "web" } };
            call.Headers.Add("fnmesh-deadline", "100");
            using var answer = await mesh.Http.SendAsync(call);
            Assert.Equal((HttpStatusCode.GatewayTimeout, "Timeout"), (answer.StatusCode, answer.Headers.GetValues("fnmesh-verdict").Single()));
        }
        finally
        {
            await mesh.Apart.Gateway.SignalAsync("CONT");
        }
    }

    [Fact]
    public async Task Asked_to_end_a_shim_lets_a_call_in_flight_end_and_exits_with_0()
    {
        var answer = new TaskCompletionSource<Answer>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var function = await FunctionServer.StartAsync(_ => answer.Task);
        await using var mesh = await StartAsync(function);

        var call = mesh.GetAsync("/web");
        await function.Requests.FirstAsync(_ => true);
        await mesh.Shim.SignalAsync("TERM");
        answer.SetResult(new Answer(200));

        Assert.Equal(HttpStatusCode.OK, (await call).StatusCode);
        Assert.Equal(0, await Patience.ForAsync(mesh.Shim.Exited, () => "the shim ends"));
        await MarkedProcesses.GoneAsync(mesh.Shim.Mark);
    }

    [Fact]
    public async Task A_shim_ends_with_the_status_of_its_process()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200));
        await using var mesh = await StartAsync(function);
        await mesh.GetAsync("/web");
        var process = int.Parse(function.Requests.Items[0]["relay-process"]!, CultureInfo.InvariantCulture);

        MarkedProcesses.Kill([process]);

        Assert.Equal(128 + 9, await Patience.ForAsync(mesh.Shim.Exited, () => "the shim ends"));
    }

    [Fact]
    public async Task Killed_with_its_process_a_shim_costs_no_call_that_is_safe_to_send_again()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200));
        await using var mesh = await StartAsync(function, replicas: 2);

        await mesh.Shim.KillAsync(withChildren: true);

        for (var call = 0; call < 20; call++) Assert.Equal(HttpStatusCode.OK, (await mesh.GetAsync("/web")).StatusCode);
    }

    [Fact]
    public async Task Killed_by_itself_a_shim_leaves_no_process_behind()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200));
        await using var mesh = await StartAsync(function);

        await mesh.Shim.KillAsync(withChildren: false);
    }

    [Fact]
    public async Task A_shim_that_is_not_told_how_to_join_says_what_to_set()
    {
        using var folder = new TempFolder();
        var finished = await FnMeshProgram.RunAsync(folder.Path, "shim", "--", "true");

        Assert.Equal(2, finished.Code);
        Assert.Contains("FNMESH_CONTROL is not set", finished.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_door_refuses_CONNECT_with_a_sentence()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200));
        await using var mesh = await StartAsync(function);
        var caller = await mesh.StartShimAsync("caller", function.Url, "caller");

        var connected = await SayAsync(caller.Door!, "CONNECT web:443 HTTP/1.1\r\nHost: web:443\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 501 ", connected, StringComparison.Ordinal);
        Assert.Contains("call http://APP through the door, and not https://APP", connected, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_door_cannot_pass_on_is_answered_and_leaves_no_stack_trace()
    {
        var never = new TaskCompletionSource<Answer>();
        await using var function = await FunctionServer.StartAsync(_ => never.Task);
        await using var mesh = await StartAsync(function);
        var caller = await mesh.StartShimAsync("caller", function.Url, "caller");

        using var call = new HttpRequestMessage(HttpMethod.Post, caller.Door!) { Headers = { Host = "web" } };
        var calling = mesh.Http.SendAsync(call);
        await function.Requests.FirstAsync(_ => true);
        await mesh.Apart.Gateway.KillAsync(withChildren: false);
        using var answer = await calling;

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(0, await caller.StopAsync());
        Assert.DoesNotContain(caller.Errors.Items, line => line.StartsWith("   at ", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_gateway_refuses_before_it_reads_the_path_is_logged_with_the_member_that_sent_it()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200));
        await using var mesh = await StartAsync(function);
        var caller = await mesh.StartShimAsync("caller", function.Url, "caller");

        Assert.StartsWith("HTTP/1.1 400 ", await SayAsync(caller.Door!, "GET /%61 HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);

        var refusal = await mesh.Apart.Gateway.Errors.FirstAsync(line => line.Contains("Refused fnmesh.verdict=Malformed", StringComparison.Ordinal));
        Assert.Contains("fnmesh.principal=spiffe://mesh.local/ns/default/app/caller", refusal, StringComparison.Ordinal);
    }

    /// <summary>Sends bytes as they stand, and reads until the door closes.</summary>
    private static async Task<string> SayAsync(Uri door, string request)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(door.Host, door.Port);
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(client.GetStream(), System.Text.Encoding.UTF8);
        return await Patience.ForAsync(reader.ReadToEndAsync(), () => "the door answers and closes");
    }

    /// <summary>Apps <c>web</c>, served, and <c>caller</c>, which is not yet.</summary>
    private static async Task<ShimMesh> StartAsync(FunctionServer function, int replicas = 1)
    {
        var mesh = new ShimMesh(new ApartMesh());
        try
        {
            mesh.Apart.Write(Yaml.Relay("web", function.Url), Yaml.Relay("caller", function.Url), Yaml.Route("web", "web", "retry: { attempts: 2 }"));
            await mesh.Apart.StartControlAsync("web", "caller");
            for (var replica = 0; replica < replicas; replica++) mesh.Shim = await mesh.Apart.StartShimAsync("web", function.Url, $"web-{replica}");
            await mesh.Apart.StartGatewayAsync();
            await mesh.Apart.Gateway.Errors.FirstAsync(ApartMesh.IsLive);
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    private sealed class ShimMesh(ApartMesh apart) : IAsyncDisposable
    {
        public ApartMesh Apart { get; } = apart;

        /// <summary>The one that was started last.</summary>
        public UpProcess Shim { get; set; } = null!;

        public HttpClient Http => Apart.Http;

        public Task<HttpResponseMessage> GetAsync(string path) => Apart.GetAsync(path);

        public Task<UpProcess> StartShimAsync(string app, string to, string node) => Apart.StartShimAsync(app, to, node);

        public ValueTask DisposeAsync() => Apart.DisposeAsync();
    }
}
