using System.Collections.Immutable;
using FnMesh.Policy.Compilation;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Reading;
using FnMesh.Policy.Snapshots;
using FnMesh.Policy.Yaml;

namespace FnMesh.Policy;

/// <summary>Turns policy files into one snapshot, or into everything that is wrong with them.</summary>
public static class PolicyCompiler
{
    /// <summary>
    /// Pure and deterministic: the order of <paramref name="sources"/> does not matter, and no input makes it throw.
    /// An empty set is the mesh <c>mesh</c> with nothing in it.
    /// </summary>
    public static PolicyCompilation Compile(IReadOnlyList<PolicySource> sources)
    {
        var diagnostics = new DiagnosticBag();
        var resources = ImmutableArray.CreateBuilder<Resource>();
        var written = ImmutableArray.CreateBuilder<WrittenResource>();
        foreach (var source in sources.OrderBy(source => source.Path, StringComparer.Ordinal).ThenBy(source => source.Text, StringComparer.Ordinal))
        {
            foreach (var document in YamlReader.Read(source, diagnostics))
            {
                if (ResourceReader.Read(document, diagnostics, resources) is { } resource) written.Add(resource);
            }
        }

        var builder = new SnapshotBuilder(Distinct(written, diagnostics), diagnostics);
        var snapshot = builder.Build();
        return new PolicyCompilation(
            diagnostics.HasErrors ? null : snapshot,
            diagnostics.InOrder(),
            [.. resources.OrderBy(resource => resource.Kind, StringComparer.Ordinal).ThenBy(resource => resource.Namespace, StringComparer.Ordinal).ThenBy(resource => resource.Name, StringComparer.Ordinal)])
        {
            Ways = builder.Ways,
            AttributeRoutes = builder.AttributeRoutes,
            Projects = [.. written.OfType<FunctionApp>().SelectMany(app => app.Revisions).Select(revision => revision.Run).Where(run => run.Project is not null)],
        };
    }

    /// <summary>The first of each kind and qualified name, ordered by namespace and name; the others are refused.</summary>
    private static ImmutableArray<WrittenResource> Distinct(IEnumerable<WrittenResource> written, DiagnosticBag diagnostics)
    {
        var first = new Dictionary<(Type Kind, string Name), Origin>();
        var distinct = ImmutableArray.CreateBuilder<WrittenResource>();
        foreach (var resource in written)
        {
            var key = (resource.GetType(), resource.Name);
            if (first.TryAdd(key, resource.Origin))
                distinct.Add(resource);
            else
                diagnostics.Error(DiagnosticCodes.DuplicateName, resource.Origin,
                    $"the same kind has the name {Quoted.Text(resource.Name)} already at {first[key]}; rename or remove one");
        }

        return [.. distinct.OrderBy(resource => resource.Namespace, StringComparer.Ordinal).ThenBy(resource => resource.Name, StringComparer.Ordinal)];
    }
}
