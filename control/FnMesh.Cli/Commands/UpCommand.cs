using System.CommandLine;

using FnMesh.Cli.Up;
using FnMesh.Control;
using FnMesh.Control.Logs;
using FnMesh.Node.Http;
using FnMesh.Policy;

namespace FnMesh.Cli.Commands;

internal static class UpCommand
{
    public static Command Create(Terminal terminal)
    {
        var directory = new Argument<string>("DIR") { Description = "The folder of the mesh; without policies/ each project below it that references FnMesh.Functions is an app", DefaultValueFactory = _ => "." };
        var gatewayPort = Port("--gateway-port", $"Where the edge listens; 0 picks a free port (default: Host.LocalHttpPort of local.settings.json, else {UpPorts.Gateway})");
        var controlPort = Port("--control-port", $"Where the control API listens; 0 picks a free port (default: {UpPorts.Control})");
        var meshPort = Port("--mesh-port", $"Where functions and people reach the gateway over mutual TLS; 0 picks a free port (default: {UpPorts.Mesh})");
        var nodePort = Port("--node-port", $"Where gateways and functions reach control; 0 picks a free port (default: {UpPorts.Node})");
        var data = new Option<string?>("--data-dir") { Description = "Where the event log lies (default: DIR/.fnmesh)", HelpName = "PATH" };
        RoleOptions.RefuseEmpty(data);
        var reset = new Option<bool>("--reset") { Description = "Forget all events, deliveries, traces and idempotency keys first; keys, logs and builds stay" };
        var noWatch = new Option<bool>("--no-watch") { Description = "Follow no edits: push no policy file, build no project again" };
        var detach = new Option<bool>("--detach") { Description = $"Run in the background; end with 0 once the mesh is ready, and log to {DetachedUp.LogName} in the data directory", Arity = ArgumentArity.Zero };
        var detached = new Option<bool>(DetachedUp.Option) { Hidden = true, Arity = ArgumentArity.Zero };
        var command = new Command("up", "Start the mesh of a folder: control, gateway, broker and every function app.") { directory, gatewayPort, controlPort, meshPort, nodePort, data, reset, noWatch, detach, detached };
        foreach (var name in new[] { "--wait-for-debugger", "--no-dashboard" })
            command.Add(Refused(name));
        command.SetAction((parsed, cancel) =>
        {
            var folder = parsed.GetValue(directory)!;
            if (!Directory.Exists(folder))
                return Task.FromResult(Misused(terminal, $"there is no folder '{folder}'"));
            var (settings, fault) = EdgeSettings.Read(folder);
            if (fault is not null)
                return Task.FromResult(Misused(terminal, fault));
            if (parsed.GetValue(detach))
                return new DetachedUp(terminal).RunAsync(parsed.Tokens.Select(token => token.Value).Where(token => token != detach.Name), cancel);
            var options = new UpOptions(
                folder,
                parsed.GetValue(gatewayPort) ?? settings.Port ?? UpPorts.Gateway,
                parsed.GetValue(controlPort) ?? UpPorts.Control,
                parsed.GetValue(meshPort) ?? UpPorts.Mesh,
                parsed.GetValue(nodePort) ?? UpPorts.Node,
                // Functions read their tokens there, and run in folders of their own.
                Path.GetFullPath(parsed.GetValue(data) ?? Path.Combine(folder, DataDirectory.DefaultName)),
                parsed.GetValue(reset),
                !parsed.GetValue(noWatch),
                parsed.GetValue(detached))
            {
                Cors = settings.Cors,
            };
            InlineSockets.Prefer();
            return RunAsync(options, terminal, cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(UpOptions options, Terminal terminal, CancellationToken cancel)
    {
        if (options.Detached)
            Session.Leave();
        if (Shared(("gateway", options.GatewayPort), ("control", options.ControlPort), ("mesh", options.MeshPort), ("node", options.NodePort)) is { } shared)
            return Misused(terminal, shared);

        var isWritten = Directory.Exists(options.Policies);
        var folder = isWritten ? new PolicyFolder(options.Policies, terminal.Time) { FindsProjects = true } : PolicyFolder.OfApps(options.Directory, DefaultPolicy.Read(), terminal.Time);
        var policy = folder.Load();
        foreach (var diagnostic in policy.Diagnostics)
            terminal.Error.WriteLine(diagnostic);
        if (policy.Snapshot is null)
            return ExitCode.PolicyRefused;
        if (!isWritten && policy.Snapshot.Apps.IsEmpty)
            return Misused(terminal, $"there is no folder '{options.Policies}', and no project below '{options.Directory}' references FnMesh.Functions; 'fnmesh init' writes policies, 'dotnet new fnmesh' makes a function app");
        if (isWritten && policy.Resources.All(resource => resource.Kind == "Mesh"))
            return Misused(terminal, NothingToRun(options, policy));
        if (!isWritten)
            terminal.Error.WriteLine($"fnmesh: no policies/ here: the default policy applies, and each project that references FnMesh.Functions is an app: {string.Join(", ", policy.Snapshot.Apps.Select(app => app.Name))}");

        var (data, fault) = DataDirectory.Open(options.DataDirectory, options.Reset);
        using var held = data;
        if (fault is not null)
        {
            terminal.Complain(fault);
            return ExitCode.Failed;
        }

        if (OpenSecrets.Close(options.DataDirectory) is [var open, ..] all)
            terminal.Complain($"'{open}'{(all.Count > 1 ? $" and {all.Count - 1} more" : "")} could be read or changed by others, which is ended now; {OpenSecrets.Mend(options.DataDirectory)}");

        if (Equip(options.Directory) is { } unwritten)
        {
            terminal.Complain(unwritten);
            return ExitCode.Failed;
        }

        using var log = options.Detached ? new BoundedLog(Path.Combine(options.DataDirectory, DetachedUp.LogName), DetachedUp.MaxLogBytes) : null;
        if (log is not null)
            terminal = terminal with { Out = new DetachedWriter(terminal.Out, log), Error = new DetachedWriter(terminal.Error, log) };
        var tail = new LogTail(terminal.Time);
        await using var lines = new LineWriter(terminal.Error, terminal.ColouredError, terminal.Time, tail);
        await using var mesh = new LocalMesh(options, terminal, lines, tail);
        try
        {
            return await mesh.RunAsync(folder, policy, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            lines.Say("fnmesh: ending");
            return ExitCode.Done;
        }
    }

    private static string NothingToRun(UpOptions options, PolicyCompilation policy)
    {
        var found = policy.Resources.IsEmpty ? "holds no policy" : $"says nothing but {string.Join(", ", policy.Resources.Select(resource => $"{resource.Kind} {resource.Name} ({resource.Origin.File})"))}";
        var others = MeshesBelow.Find(options.Directory);
        var instead = others.IsEmpty ? "" : $", or start one of the meshes below: {string.Join(", ", others.Select(other => $"'fnmesh up {other}'"))}";
        return $"'{options.Policies}' {found}, so there is nothing to run; write a FunctionApp there, as 'fnmesh init' does for each project{instead}";
    }

    /// <summary>Null, or why the folder cannot be written to.</summary>
    private static string? Equip(string directory)
    {
        try
        {
            SchemaFolder.Write(directory);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"the JSON Schemas cannot be written: {failure.Message}";
        }
    }

    private static string? Shared(params (string Name, int Port)[] listeners) => listeners
        .Where(listener => listener.Port != 0)
        .GroupBy(listener => listener.Port)
        .Where(group => group.Count() > 1)
        .Select(group => $"{string.Join(" and ", group.Select(listener => listener.Name))} cannot share port {group.Key}; choose another with {string.Join(" or ", group.Select(listener => $"--{listener.Name}-port"))}")
        .FirstOrDefault();

    private static int Misused(Terminal terminal, string sentence)
    {
        terminal.Complain(sentence);
        return ExitCode.WrongUsage;
    }

    private static Option<int?> Port(string name, string description) =>
        new(name) { Description = description, HelpName = "PORT", CustomParser = result => WholeNumber.Read(result, name, 0, ushort.MaxValue) };

    private static Option<string?> Refused(string name)
    {
        var option = new Option<string?>(name) { Hidden = true, Arity = ArgumentArity.ZeroOrOne };
        option.Validators.Add(result => result.AddError($"{name} is not supported yet"));
        return option;
    }
}
