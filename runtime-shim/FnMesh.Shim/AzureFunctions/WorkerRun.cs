using FnMesh.Policy;
using FnMesh.Policy.Snapshots;
using FnMesh.Shim.AzureFunctions.Calls;
using FnMesh.Shim.AzureFunctions.Events;
using FnMesh.Shim.AzureFunctions.Timers;
using FnMesh.Shim.AzureFunctions.Workers;
using FnMesh.Shim.Members;
using FnMesh.Shim.Revisions;

namespace FnMesh.Shim.AzureFunctions;

/// <summary>One run of the worker of an Azure Functions app, behind the shim of its replica.</summary>
/// <param name="app">The app's name.</param>
/// <param name="revision">One that runs an Azure Functions app.</param>
/// <param name="membership">How it is a member.</param>
/// <param name="scene">What replicas share.</param>
/// <param name="write">Takes lines, and whether they tell of a failure.</param>
internal sealed class WorkerRun(string app, RevisionEntry revision, ReplicaMembership membership, ReplicaScene scene, Action<bool, string> write)
{
    /// <param name="report">Told where it is reached, and null when it is not any more.</param>
    /// <param name="stop">Ends it.</param>
    public async Task<ReplicaEnd> RunAsync(Func<Uri?, ValueTask> report, CancellationToken stop)
    {
        if (membership.Gateways is null) return new ReplicaEnd("an Azure Functions app runs only as a member of a mesh", IsFinal: true);
        try
        {
            var launch = WorkerLaunch.Read(scene.Plan, app, revision, membership.Environment());
            var log = new WorkerLog(write) { Levels = launch.App.Host.Levels };
            await using var worker = await AzureWorker.StartAsync(launch.App, launch.Start, log, scene.Time, scene.Options.StopTimeout, stop);
            try
            {
                return await ServeAsync(worker, log, report, stop);
            }
            finally
            {
                await StopAsync(worker);
            }
        }
        catch (WorkerStartException failure)
        {
            return new ReplicaEnd(failure.Message, IsFinal: failure.IsFinal);
        }
    }

    private async Task StopAsync(AzureWorker worker)
    {
        if (!await worker.StopAsync(scene.Options.StopTimeout)) write(true, $"process {worker.Id} does not end, not even by SIGKILL, and is left behind; end it by hand");
    }

    private async Task<ReplicaEnd> ServeAsync(AzureWorker worker, WorkerLog log, Func<Uri?, ValueTask> report, CancellationToken stop)
    {
        var index = worker.Loaded.Index;
        foreach (var refusal in index.Refusals) write(true, refusal.ToString());
        foreach (var function in index.Functions.Where(function => function.LoadFailure is not null)) write(true, $"function '{function.Name}' fails whenever it is run: its worker cannot load it: {function.LoadFailure}");
        var name = QualifiedName.NameOf(app);
        using var publisher = new EventPublisher(membership.Gateways!);
        var outputs = new FunctionOutputs(new OutputEvents(name, scene.Time), publisher, scene.Time);
        var timers = new TimerFunctions(app, worker.Loaded, worker.Invocations, outputs, scene.Timers, log, scene.Time);
        using var calls = new AzureCalls(worker.Loaded, worker.Invocations, outputs, timers, log, scene.Time);
        var seat = ProcessPlace.Seat.Behind(calls.HandleAsync);
        await report(await membership.ServeAsync(new Served(seat, AppDeclaration.Write(app, revision.Name, index)), stop));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = timers.RunAsync(over.Token);
        try
        {
            var end = await worker.Ended.WaitAsync(stop);
            await membership.ForgetAsync();
            await report(null);
            return new ReplicaEnd(end.Text, WasReady: true, IsWanted: end.IsWanted);
        }
        finally
        {
            // What runs ends with the worker, or with the time that it is given to end.
            await over.CancelAsync();
            await StopAsync(worker);
            await running;
        }
    }
}
