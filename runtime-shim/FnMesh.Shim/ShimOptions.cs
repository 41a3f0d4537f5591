using System.Collections.Immutable;
using System.Net;
using FnMesh.Node.Members;

namespace FnMesh.Shim;

/// <summary>Start-up values of a <see cref="ShimmedProcess"/>.</summary>
public sealed record ShimOptions
{
    /// <summary>How the process joins, and which revision it serves.</summary>
    public required MemberOptions Member { get; init; }

    /// <summary>Where gateways reach it; port 0 takes a free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>The address that gateways are told; null for where it listens.</summary>
    public Uri? Advertise { get; init; }

    /// <summary>Where metrics and health are served in clear text; port 0 takes a free one, null serves them nowhere.</summary>
    public IPEndPoint? Admin { get; init; }

    /// <summary>The app that its starter takes it for; null when nobody said.</summary>
    public string? ExpectedApp { get; init; }

    /// <summary>The program and its arguments, at least one word.</summary>
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>The working directory, absolute.</summary>
    public required string Directory { get; init; }

    /// <summary>Called for each line of the process, with whether it is from standard error; from any thread, never twice at once for one stream.</summary>
    public required Action<bool, string> Output { get; init; }

    /// <summary>Called once, when the process listens and control knows it.</summary>
    public required Action<ShimReady> Ready { get; init; }

    /// <summary>How long the process may take until it accepts connections.</summary>
    public TimeSpan ReadyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long calls in flight may go on when it is told to stop.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The time between SIGTERM and SIGKILL.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(3);
}
