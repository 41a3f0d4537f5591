using System.Net;
using System.Net.Sockets;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Roles;

/// <summary>Identity before traffic.</summary>
public sealed class IdentityFirstTests
{
    [Fact]
    public async Task A_gateway_listens_nowhere_until_control_has_given_it_an_SVID()
    {
        await using var mesh = await StartAsync();
        await using var held = new HeldControl(mesh.Control.Node!);
        var ports = FreePorts(3);

        var gateway = mesh.BeginGatewayAt(ports[0], ports[1], ("FNMESH_CONTROL", held.Address), ("FNMESH_ADMIN_LISTEN", $"127.0.0.1:{ports[2]}"));
        await held.WhenAskedAsync();
        foreach (var port in ports) Assert.False(await ListensAsync(port), $"port {port} is open");
        Assert.Empty(gateway.Output.Items);

        held.LetGo();
        await gateway.BecomeReadyAsync();
        foreach (var port in ports) Assert.True(await ListensAsync(port), $"port {port} is closed");
    }

    [Fact]
    public async Task A_shim_listens_nowhere_until_control_has_given_it_an_SVID()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200));
        await using var mesh = await StartAsync();
        await using var held = new HeldControl(mesh.Control.Node!);
        var ports = FreePorts(2);

        var shim = mesh.BeginShim("web", function.Url, "web", ("FNMESH_CONTROL", held.Address), ("FNMESH_LISTEN", $"127.0.0.1:{ports[0]}"), ("FNMESH_ADMIN_LISTEN", $"127.0.0.1:{ports[1]}"));
        await held.WhenAskedAsync();
        foreach (var port in ports) Assert.False(await ListensAsync(port), $"port {port} is open");
        Assert.Empty(shim.Output.Items);

        held.LetGo();
        await shim.BecomeReadyAsync();
        foreach (var port in ports) Assert.True(await ListensAsync(port), $"port {port} is closed");
    }

    private static async Task<ApartMesh> StartAsync()
    {
        var mesh = new ApartMesh();
        mesh.Write(Yaml.Relay("web", "http://127.0.0.1:9"));
        await mesh.StartControlAsync("web");
        return mesh;
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (var listener in listeners) listener.Start();
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (var listener in listeners) listener.Dispose();
        return ports;
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
    }
}
