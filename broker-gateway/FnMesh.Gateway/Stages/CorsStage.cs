using FnMesh.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Gateway.Stages;

/// <summary>Answers browsers that ask whether a page may call, and has every other answer of the rule say it.</summary>
internal sealed class CorsStage : IStage
{
    public Verdict Enter(Envelope envelope)
    {
        if (envelope.Rule is not { Cors: { } cors }) return Verdict.Continue;
        if (envelope.Preflight is not null) return envelope.Answer(StatusCodes.Status204NoContent);
        envelope.Exchange!.Share(cors);
        return Verdict.Continue;
    }

    public void Leave(Envelope envelope, in Outcome outcome)
    {
    }
}
