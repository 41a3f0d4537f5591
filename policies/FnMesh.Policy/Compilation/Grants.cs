using System.Collections.Immutable;
using FnMesh.Policy.Kinds;

namespace FnMesh.Policy.Compilation;

/// <summary>Who may name what in another namespace: what a ReferenceGrant there lets in.</summary>
internal sealed class Grants(IEnumerable<WrittenResource> resources)
{
    private readonly ImmutableArray<ReferenceGrant> _grants = [.. resources.OfType<ReferenceGrant>()];

    /// <param name="from">Who names it.</param>
    /// <param name="app">The app, qualified.</param>
    /// <param name="revision">Its revision, qualified; null for the app.</param>
    public bool Permit(Referrer from, string app, string? revision)
    {
        var ns = QualifiedName.NamespaceOf(app);
        if (from.Namespace == ns) return true;
        foreach (var grant in _grants)
        {
            if (grant.Namespace == ns && grant.From.Contains(from) && grant.To.Any(to => to.Name is not { } name || QualifiedName.Of(ns, name) is var only && (only == app || only == revision))) return true;
        }

        return false;
    }

    /// <summary>What is missing, as the end of a sentence.</summary>
    public static string Mend(Referrer from, string app) =>
        $"a ReferenceGrant in the namespace {Quoted.Text(QualifiedName.NamespaceOf(app))} must let in {from.Kind} from {Quoted.Text(from.Namespace)}";
}
