using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

/// <summary>Reads who a rule of an AuthorizationPolicy means.</summary>
internal static class CallerReader
{
    private static readonly string[] Forms = ["app/", "ns/", "user/", "spiffe://", "jwt:"];

    /// <param name="from">One item of <c>from</c>.</param>
    /// <param name="all">Takes every principal with its place.</param>
    public static CallerEntry Read(FieldReader from, ImmutableArray<Written<string>>.Builder all)
    {
        var principals = Read(from, "principals", (principal, diagnostics) =>
        {
            CheckPrincipal(principal, diagnostics);
            all.Add(principal);
        });
        var namespaces = Read(from, "namespaces", CheckNamespace);
        var claims = from.Maps(from.FilledList("claims"), "claims").Select(ReadClaim).OfType<ClaimEntry>().ToImmutableArray();
        from.Close();
        if (from.Entries.IsEmpty)
            from.Error(DiagnosticCodes.InvalidValue, from.Origin, "this item of 'from' names nobody; give it a field, or leave 'from' out to mean everybody");
        return new CallerEntry { Principals = principals, Namespaces = namespaces, Claims = claims.IsEmpty ? null : claims };
    }

    private static ClaimEntry? ReadClaim(FieldReader claim)
    {
        var name = claim.Text("name", required: true);
        var values = PatternReader.Read(claim, "values", required: true);
        claim.Close();
        return name is { } written ? new ClaimEntry(written.Value, values) : null;
    }

    private static ImmutableArray<string>? Read(FieldReader from, string field, Action<Written<string>, DiagnosticBag> check)
    {
        var texts = from.Texts(from.FilledList(field), field).ToArray();
        foreach (var text in texts) check(text, from.Diagnostics);
        return texts.Length == 0 ? null : [.. texts.Select(text => text.Value).Distinct()];
    }

    private static void CheckNamespace(Written<string> ns, DiagnosticBag diagnostics)
    {
        if (!PatternReader.Check(ns, diagnostics) || ns.Value == "*" || Names.IsLabel(ns.Value.Replace('*', 'x'))) return;
        diagnostics.Error(DiagnosticCodes.InvalidName, ns.Origin, $"{Quoted.Text(ns.Value)} is no namespace; write a DNS label, or a pattern with one '*' first or last");
    }

    private static void CheckPrincipal(Written<string> principal, DiagnosticBag diagnostics)
    {
        var text = principal.Value;
        if (!PatternReader.Check(principal, diagnostics)) return;
        if (text != "anonymous" && !text.Contains('*', StringComparison.Ordinal)
            && !Forms.Any(form => text.StartsWith(form, StringComparison.Ordinal) && text.Length > form.Length))
            diagnostics.Error(DiagnosticCodes.InvalidValue, principal.Origin,
                $"{Quoted.Text(text)} is no principal; write 'anonymous', 'app/<app>', 'ns/<namespace>/app/<app>', 'user/<name>', 'jwt:<issuer>#<subject>', a SPIFFE ID or '*'{NearestName.Hint(text, ["anonymous"])}");
    }
}
