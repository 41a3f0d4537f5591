using System.Collections.Concurrent;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Tests.Wall;

/// <summary>Stands last in the pipeline and notes what was matched and authorized.</summary>
internal sealed class SeenStage : IStage
{
    public ConcurrentQueue<(string Method, string Target)> Seen { get; } = new();

    public Verdict Enter(Envelope envelope)
    {
        Seen.Enqueue((envelope.Method, envelope.Target.ToString()));
        return Verdict.Continue;
    }

    public void Leave(Envelope envelope, in Outcome outcome)
    {
    }
}
