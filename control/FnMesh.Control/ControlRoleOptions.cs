using FnMesh.Control.Logs;
using FnMesh.Control.Nodes;

namespace FnMesh.Control;

/// <summary>Start-up values of a <see cref="ControlRole"/>.</summary>
public sealed record ControlRoleOptions
{
    /// <summary>The node port and what it keeps.</summary>
    public required ControlPlaneOptions Plane { get; init; }

    /// <summary>Where people and their tools ask; loopback only. Port 0 takes a free one.</summary>
    public required int ApiPort { get; init; }

    /// <summary>The folder that an <c>up</c> runs, absolute, by which the user's commands find their own identity; null otherwise.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether edits of policy files go live.</summary>
    public bool Watch { get; init; } = true;

    /// <summary>Whether HTTP functions that name a level become routes on the edge without being written in the policy, where <c>edge.attributeRoutes</c> of the Mesh does not say it.</summary>
    public bool AttributeRoutes { get; init; }

    /// <summary>The lines that people may read through the API; completed when the role ends. Null for none.</summary>
    public LogTail? Log { get; init; }

    /// <summary>How long gateways may take to answer for a policy before that is said.</summary>
    public TimeSpan ServeTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
