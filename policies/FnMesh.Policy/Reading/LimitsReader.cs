using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

/// <summary>Reads limits, of a TrafficPolicy or of the Mesh.</summary>
internal static class LimitsReader
{
    private const int Most = 1_000_000;

    public static LimitFields Read(FieldReader spec)
    {
        if (spec.Map("limits") is not { } limits) return LimitFields.None;
        var rate = limits.Whole("requestsPerSecond", 1, Most);
        var burst = limits.Whole("burst", 1, Most);
        var inFlight = limits.Whole("inFlight", 1, Most);
        var body = limits.Whole("bodyBytes", 0, int.MaxValue);
        var per = ReadPer(limits);
        var header = ReadHeader(limits, per);
        limits.Close();
        RefuseEmpty(limits);
        if (burst is { } alone && !limits.Has("requestsPerSecond"))
            limits.Diagnostics.Warning(DiagnosticCodes.LimitWithoutEffect, alone.Origin, "'burst' has an effect only where 'requestsPerSecond' is set; set it here, or see that another policy for the same target does");
        return new() { RequestsPerSecond = rate, Burst = burst, InFlight = inFlight, BodyBytes = body, Per = per, Header = header };
    }

    /// <summary>Of the Mesh: how many calls a gateway carries at once.</summary>
    public static Written<int>? ReadMesh(FieldReader spec)
    {
        if (spec.Map("limits") is not { } limits) return null;
        var inFlight = limits.Whole("inFlight", 4, Most);
        limits.Close();
        RefuseEmpty(limits);
        return inFlight;
    }

    private static Written<LimitPer>? ReadPer(FieldReader limits) => limits.Choice("per", ["header", "principal", "target"], []) is not { } word ? null : new(
        word.Value switch { "header" => LimitPer.Header, "principal" => LimitPer.Principal, _ => LimitPer.Target }, word.Origin);

    private static Written<string>? ReadHeader(FieldReader limits, Written<LimitPer>? per)
    {
        var header = limits.Text("header");
        if (header is { } name)
        {
            if (!Names.IsToken(name.Value)) limits.Error(DiagnosticCodes.InvalidName, name.Origin, $"{Quoted.Text(name.Value)} is no header name");
            if (per is not { Value: LimitPer.Header }) limits.Error(DiagnosticCodes.LimitsContradict, name.Origin, "'header' goes with 'per: header' alone");
            return new(name.Value.ToLowerInvariant(), name.Origin);
        }

        if (per is { Value: LimitPer.Header } without && !limits.Has("header")) limits.Error(DiagnosticCodes.LimitsContradict, without.Origin, "'per: header' needs 'header', the name of the header whose values are counted by themselves");
        return null;
    }

    private static void RefuseEmpty(FieldReader limits)
    {
        if (limits.Entries.IsEmpty) limits.Error(DiagnosticCodes.InvalidValue, limits.Origin, "'limits' sets nothing; give it a field or leave it out");
    }
}
