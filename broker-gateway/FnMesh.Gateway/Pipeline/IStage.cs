namespace FnMesh.Gateway.Pipeline;

/// <summary>One decision on the way of every envelope. Stages never wait: what must wait happens in the attempt loop and the terminal.</summary>
internal interface IStage
{
    /// <returns><see cref="Verdict.Continue"/>, or the verdict of <see cref="Envelope.Refuse"/>.</returns>
    Verdict Enter(Envelope envelope);

    /// <summary>Called in reverse order for each stage that was entered, also the one that refused.</summary>
    void Leave(Envelope envelope, in Outcome outcome);
}
