using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Tokens;

/// <summary>A verified token, or why it is none; neither where no token came.</summary>
internal readonly record struct TokenCheck(VerifiedToken? Token, Outcome? Refused)
{
    public static TokenCheck Invalid(string why) => new(null, new Outcome(Verdict.Unauthenticated, why));

    public static TokenCheck NotYet(string why) => new(null, new Outcome(Verdict.NotReady, why, null, KeySource.Between));
}
