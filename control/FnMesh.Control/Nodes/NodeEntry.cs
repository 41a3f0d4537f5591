using System.Collections.Immutable;
using FnMesh.Node.Identity;
using FnMesh.Node.Protocol;

namespace FnMesh.Control.Nodes;

/// <summary>What control knows of a node. Belongs to the <see cref="NodeTable"/>'s lock.</summary>
internal sealed class NodeEntry(string name, SpiffeId id, Role role)
{
    public string Name { get; } = name;

    public SpiffeId Id { get; } = id;

    public Role Role { get; } = role;

    public string Version { get; set; } = "";

    /// <summary>Null while no stream stands.</summary>
    public NodeOutbox? Outbox { get; set; }

    public DateTimeOffset LeaseEnds { get; set; }

    public Announcement? Announcement { get; set; }

    /// <summary>Whether its announcement counts: null while it waits to be judged.</summary>
    public bool? Stands { get; set; }

    /// <summary>Whether the node still waits to be told what became of its announcement.</summary>
    public bool Unanswered { get; set; }

    /// <summary>When it is told that its announcement stands, whether or not every gateway has said that it knows it; null when it need not be.</summary>
    public DateTimeOffset? AnsweredBy { get; set; }

    /// <summary>Why it does not.</summary>
    public ImmutableArray<string> Refusal { get; set; } = [];

    /// <summary>The version of the endpoints, by when gateways no longer call it; null unless it is leaving.</summary>
    public string? LeftWith { get; set; }

    public DateTimeOffset LeavesBy { get; set; }

    public string Policy { get; set; } = "";

    public string Endpoints { get; set; } = "";

    /// <summary>The last push of policy that it did not take, and why.</summary>
    public (string Version, ImmutableArray<string> Faults)? Nack { get; set; }

    public long Bundle { get; set; }

    public string Signer { get; set; } = "";

    public bool IsGateway => Role == Role.Gateway;

    public FunctionEndpoint? Function => Announcement?.Function;

    /// <summary>The app's name; empty for a gateway.</summary>
    public string App => Id.TryReadApp(out _, out var app) ? app : "";

    /// <summary>What it says of a push.</summary>
    public void Take(Answer answer)
    {
        var nacked = answer.Faults.Count > 0;
        if (answer.Subject == Subject.Endpoints && !nacked) Endpoints = answer.Version;
        if (answer.Subject != Subject.Policy) return;
        if (nacked) Nack = (answer.Version, [.. answer.Faults]);
        else (Policy, Nack) = (answer.Version, null);
    }

    public NodeView View() => new(
        Name, Id.ToString(), IsGateway ? "gateway" : "function", Version, Function?.Revision, Function?.Address ?? Announcement?.Gateway?.Mesh, Outbox is not null, LeaseEnds, Policy, Endpoints, [.. Refusal, .. Nack?.Faults ?? []]);
}
