using FnMesh.Node;
using FnMesh.Node.Members;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FnMesh.Functions.Hosting;

/// <summary>The app as a member: it joins before anything of it listens, announces itself once it does, and leaves before it stops.</summary>
internal sealed partial class MeshMembership(MemberEnvironment environment, BoundFunctions functions, IServer server, ILoggerFactory loggers, TimeProvider time) : IHostedLifecycleService, IAsyncDisposable
{
    private static readonly TimeSpan JoinTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(2);
    private readonly ILogger _log = loggers.CreateLogger<MeshMembership>();
    private readonly CancellationTokenSource _stop = new();
    private FunctionMember? _member;
    private Task _announcing = Task.CompletedTask;

    /// <exception cref="InvalidOperationException">The app has not been started.</exception>
    /// <inheritdoc cref="FunctionMember.KnowsNamespace"/>
    public bool KnowsNamespace(string ns) => _member?.KnowsNamespace(ns) ?? false;

    public FunctionMember Member => _member ?? throw new InvalidOperationException("the app has not joined the mesh yet; use the mesh from functions and from services that run once the app has started");

    /// <summary>As the app's identity says.</summary>
    public string App => Member.Credentials.Svid.Id.AppName ?? "";

    /// <exception cref="NodeStartException">The mesh refuses the app, or gave no identity in time.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(JoinTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            _member = await FunctionMember.JoinAsync(environment.Member, loggers, time, either.Token);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NodeStartException($"control at {environment.Member.Node.Control} gave no identity within {JoinTimeout.TotalSeconds:0} s", late);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whether control answers holds no start up: the announcement waits for it.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _announcing = SayAsync();
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _announcing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var deadline = new CancellationTokenSource(LeaveTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        await Member.LeaveAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_member is not null) await _member.DisposeAsync();
        if (environment.Member.InPlace) Forget(environment.Member.Node.Directory);
        _stop.Dispose();
    }

    /// <summary>Who was started by hand has a name, and so a key, for this once. What cannot be removed now, the next <c>up</c> removes.</summary>
    private static void Forget(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
        }
    }

    private async Task SayAsync()
    {
        try
        {
            await AnnounceAsync();
        }
#pragma warning disable CA1031 // Nobody awaits it, and an app that runs unannounced must say so.
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogUnannounced(failure);
        }
    }

    private async Task AnnounceAsync()
    {
        var address = environment.Advertise ?? new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.First());
        var faults = await Member.AnnounceAsync(address, Declarations.Write(App, Member.Revision, functions), _stop.Token);
        foreach (var fault in faults) LogRefused(fault);
        if (faults.Count == 0) LogServes(Member.Revision, address);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "serves {Revision} in the mesh at {Address}")]
    private partial void LogServes(string revision, Uri address);

    [LoggerMessage(EventId = 2, Level = LogLevel.Critical, Message = "the app could not be announced in the mesh, and gets no calls; start it again")]
    private partial void LogUnannounced(Exception failure);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "the mesh refuses this app: {Fault}")]
    private partial void LogRefused(string fault);
}
