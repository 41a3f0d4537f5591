using System.ComponentModel;
using FnMesh.Node;
using FnMesh.Node.Admin;
using FnMesh.Node.Members;
using FnMesh.Shim.Members;
using FnMesh.Shim.Processes;
using FnMesh.Shim.Revisions;
using Microsoft.Extensions.Logging;

namespace FnMesh.Shim;

/// <summary>One process behind a shim of its own, as on a machine where somebody else starts and restarts it: it lives once, and its end is the shim's end.</summary>
public static class ShimmedProcess
{
    private static readonly TimeSpan AnnounceTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(2);

    /// <summary>How the shim joins is not how the process would: it is a member already.</summary>
    private static readonly string[] OwnVariables =
    [
        MemberEnvironment.ControlName, MemberEnvironment.JoinTokenFileName, MemberEnvironment.ListenName,
        MemberEnvironment.AdvertiseName, MemberEnvironment.NodeName, MemberEnvironment.NodeDirectoryName, AdminAddress.Variable,
    ];

    /// <summary>Joins, starts the process, serves, and completes when nothing of it runs any more.</summary>
    /// <param name="options">Start-up values.</param>
    /// <param name="loggers">For refusals and failures.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Asks it to end: no new calls, those in flight may end, then SIGTERM.</param>
    /// <returns>The exit status of the process; 0 when it was asked to end.</returns>
    /// <exception cref="NodeStartException">It cannot join.</exception>
    /// <exception cref="ShimStartException">The process cannot be started, or did not come to listen.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<int> RunAsync(ShimOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        await using var shim = await FunctionShim.StartAsync(options.Member, options.Listen, options.Advertise, loggers, time, stop);
        await using var admin = options.Admin is { } listen ? await AdminListener.StartAsync(listen, new AdminOptions { Metrics = shim.Metrics, Unready = shim.Unready }, loggers, stop) : null;
        var port = new FreePorts().Take();
        var child = await StartAsync(options, shim, port, time);
        try
        {
            return await ServeAsync(options, shim, admin?.Address, child, port, time, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await WithinAsync(LeaveTimeout, shim.LeaveAsync, time);
            await WithinAsync(options.DrainTimeout, shim.StopAsync, time);
            return 0;
        }
        finally
        {
            if (!await child.StopAsync(options.StopTimeout)) options.Output(true, $"process {child.Id} does not end, not even by SIGKILL, and is left behind; end it by hand");
        }
    }

    private static async Task<int> ServeAsync(ShimOptions options, FunctionShim shim, Uri? admin, ChildProcess child, int port, TimeProvider time, CancellationToken stop)
    {
        if (!await child.ListensAsync(port, options.ReadyTimeout, stop))
        {
            throw new ShimStartException(
                child.Exited.IsCompleted
                    ? $"'{options.Command[0]}' ended with {await child.Exited} before it listened on its PORT"
                    : $"'{options.Command[0]}' did not listen on 127.0.0.1:{port} (its PORT) within {options.ReadyTimeout.TotalSeconds} s");
        }

        options.Ready(new ShimReady(shim.Address, shim.Door, admin, await AnnounceAsync(shim, port, time, stop)));
        var status = await child.Exited.WaitAsync(stop);
        shim.Forget();
        await WithinAsync(LeaveTimeout, shim.LeaveAsync, time);
        return status;
    }

    private static async Task<ChildProcess> StartAsync(ShimOptions options, FunctionShim shim, int port, TimeProvider time)
    {
        if (options.ExpectedApp is { } expected && expected != shim.App)
            throw new ShimStartException($"{MemberEnvironment.AppName} is '{expected}', but the join token is for '{shim.App}'; give it the token of '{expected}', and a node directory of its own");
        var variables = OwnVariables.ToDictionary(name => name, _ => "");
        variables["PORT"] = port.ToString();
        foreach (var (name, value) in MemberEnvironment.Names(shim.App, options.Member.Revision)) variables[name] = value;
        variables["FNMESH_GATEWAY"] = shim.Door.GetLeftPart(UriPartial.Authority);
        if (!LaunchPlan.TryFind([.. options.Command], options.Directory, variables, out var start, out var failure)) throw new ShimStartException(failure);
        try
        {
            return await ChildProcess.StartAsync(start, options.Output, time);
        }
        catch (Win32Exception error)
        {
            throw new ShimStartException($"cannot start '{options.Command[0]}': {error.Message}");
        }
    }

    /// <summary>Without control the announcement waits, and the gateways that know the node of old go on.</summary>
    private static async Task<IReadOnlyList<string>> AnnounceAsync(FunctionShim shim, int port, TimeProvider time, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(AnnounceTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
        try
        {
            return await shim.ServeAsync(new Uri($"http://127.0.0.1:{port}"), either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return ["control has not answered yet"];
        }
    }

    private static async Task WithinAsync(TimeSpan timeout, Func<CancellationToken, Task> act, TimeProvider time)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        await act(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
