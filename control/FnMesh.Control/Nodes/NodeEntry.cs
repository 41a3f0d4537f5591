using System.Collections.Immutable;
using FnMesh.Node;
using FnMesh.Node.Identity;
using FnMesh.Node.Protocol;

namespace FnMesh.Control.Nodes;

/// <summary>What control knows of a node. Belongs to the <see cref="NodeTable"/>'s lock.</summary>
internal sealed class NodeEntry(string name, SpiffeId id, Role role)
{
    /// <summary>The end of the year 9999.</summary>
    private const long MaxSeconds = 253_402_300_799;

    private const int MaxFaultLength = 1000;

    public string Name { get; } = name;

    public SpiffeId Id { get; } = id;

    public Role Role { get; } = role;

    public string Version { get; set; } = "";

    /// <summary>Tells one process from another of the same name; empty when it did not say.</summary>
    public string Process { get; init; } = "";

    /// <summary>Null while no stream stands.</summary>
    public NodeOutbox? Outbox { get; set; }

    /// <summary>The timestamp of its last word: a clock that is set anew ends no lease.</summary>
    public long Heard { get; set; }

    public Announcement? Announcement { get; set; }

    /// <summary>Whether its announcement counts: null while it waits to be judged.</summary>
    public bool? Stands { get; set; }

    /// <summary>Whether gateways are not to call it any more, whatever it announces: its process is to end.</summary>
    public bool IsWithdrawn { get; set; }

    /// <summary>Whether the node still waits to be told what became of its announcement.</summary>
    public bool Unanswered { get; set; }

    /// <summary>The timestamp at which it is told that its announcement stands, whether or not every gateway has said that it knows it; null when it need not be.</summary>
    public long? AnsweredBy { get; set; }

    /// <summary>Why it does not.</summary>
    public ImmutableArray<string> Refusal { get; set; } = [];

    /// <summary>The version of the endpoints, by when gateways no longer call it; null unless it is leaving.</summary>
    public string? LeftWith { get; set; }

    /// <summary>The timestamp at which it is told that it has left.</summary>
    public long LeavesBy { get; set; }

    public string Policy { get; set; } = "";

    public string Endpoints { get; set; } = "";

    /// <summary>The last push of policy that it did not take, and why. The nonce tells one push from another of the same policy.</summary>
    public (string Version, string Nonce, ImmutableArray<string> Faults)? Nack { get; set; }

    public long Bundle { get; set; }

    public string Signer { get; set; } = "";

    /// <summary>The serial number of its SVID.</summary>
    public string Svid { get; set; } = "";

    /// <summary>When its SVID ends; null until it has said so.</summary>
    public DateTimeOffset? SvidEnds { get; set; }

    /// <summary>What does not work of what it took.</summary>
    public ImmutableArray<string> Faults { get; set; } = [];

    public bool IsGateway => Role == Role.Gateway;

    public FunctionEndpoint? Function => Announcement?.Function;

    private string? Zone => (Function?.Zone ?? Announcement?.Gateway?.Zone) is { Length: > 0 } zone ? zone : null;

    /// <summary>The app's name; empty for a gateway.</summary>
    public string App => Id.TryReadApp(out _, out var app) ? app : "";

    /// <summary>A node whose stream begins. What it announced on the stream before stands until it says otherwise.</summary>
    /// <param name="hello">What it says of itself.</param>
    /// <param name="id">Who it is.</param>
    /// <param name="outbox">Where words to it go.</param>
    /// <param name="known">The node of that name until now; null when it is new.</param>
    public static NodeEntry Of(Hello hello, SpiffeId id, NodeOutbox outbox, NodeEntry? known) => new(hello.Node, id, hello.Role)
    {
        Process = hello.Process,
        Version = hello.Version,
        Policy = hello.Policy,
        Endpoints = hello.Endpoints,
        Bundle = hello.Bundle,
        Outbox = outbox,
        Announcement = known?.Announcement,
        Stands = known?.Stands,
        IsWithdrawn = known?.IsWithdrawn ?? false,
        Refusal = known?.Refusal ?? [],
        Nack = known?.Nack,
    };

    /// <summary>Whether a stream of another process than this stands.</summary>
    public bool LivesElsewhere(string process) => Outbox is not null && Process.Length > 0 && process.Length > 0 && Process != process;

    /// <summary>What it says of a push.</summary>
    public void Take(Answer answer)
    {
        var nacked = answer.Faults.Count > 0;
        if (answer.Subject == Subject.Endpoints && !nacked) Endpoints = answer.Version;
        if (answer.Subject != Subject.Policy) return;
        if (nacked) Nack = (answer.Version, answer.Nonce, [.. answer.Faults]);
        else (Policy, Nack) = (answer.Version, null);
    }

    /// <summary>What it says of itself.</summary>
    public void Take(Heartbeat beat)
    {
        (Bundle, Signer, Svid) = (beat.Bundle, beat.Signer, beat.Svid);
        Faults = [.. beat.Faults.Take(NodeDuties.MostFaults).Select(static fault => fault.Length > MaxFaultLength ? fault[..MaxFaultLength] : fault)];
        if (beat.SvidEnds is > 0 and < MaxSeconds) SvidEnds = DateTimeOffset.FromUnixTimeSeconds(beat.SvidEnds);
    }

    /// <param name="policy">The hash of the policy that it should serve; null before the first.</param>
    /// <param name="sequence">The bundle that it should trust.</param>
    /// <param name="leaseEnds">By the clock of now.</param>
    public NodeView View(string? policy, long sequence, DateTimeOffset leaseEnds) => new(
        Name, Id.ToString(), IsGateway ? "gateway" : "function", Version, Function?.Revision, Zone, Function?.Address ?? Announcement?.Gateway?.Mesh, Outbox is not null, State(policy, sequence), leaseEnds, Policy, Endpoints,
        SvidEnds, Signer, [.. Refusal, .. Nack?.Faults.Select(fault => $"does not take policy {Short(Nack.Value.Version)}: {fault}") ?? [], .. Faults]);

    private string State(string? policy, long sequence)
    {
        if (Outbox is null) return "silent";
        if (Nack is not null || Stands == false) return "refused";
        if (Announcement is null || Stands is null) return "joining";
        return (IsGateway && Policy != policy) || (Bundle > 0 && Bundle < sequence) ? "behind" : "serving";
    }

    private static string Short(string hash) => hash.Length > 8 ? hash[..8] : hash;
}
