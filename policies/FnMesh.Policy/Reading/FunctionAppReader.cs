using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

internal static class FunctionAppReader
{
    private static readonly string[] ProcessFields = ["replicas", "env"];

    public static FunctionApp Read(Written<string> name, Origin origin, FieldReader spec)
    {
        CheckReserved(name, spec);
        var revisions = ImmutableArray.CreateBuilder<RevisionEntry>();
        foreach (var item in spec.Maps(spec.FilledList("revisions", required: true), "revisions"))
        {
            if (ReadRevision(item) is { } revision) revisions.Add(revision);
        }

        var written = revisions.ToImmutable();
        var traffic = ReadTraffic(spec, written);
        spec.Close();
        return new FunctionApp(name.Value, origin, written, traffic);
    }

    private static RevisionEntry? ReadRevision(FieldReader item)
    {
        var name = item.Label("name", required: true);
        var run = item.Map("run", required: true) is { } map ? RunReader.Read(map) : null;
        var replicas = item.Whole("replicas", 1, 100);
        var environment = item.Map("env") is { } variables ? EnvironmentReader.Read(variables) : [];
        var zone = item.Label("zone");
        item.Close();
        if (run?.Url is not null)
        {
            foreach (var field in ProcessFields.Where(item.Has))
                item.Diagnostics.Warning(DiagnosticCodes.FieldWithoutEffect, item.Place(field),
                    $"field '{field}' has no effect beside 'run.url', whose process somebody else runs");
        }

        if (name is not { } known) return null;
        CheckReserved(known, item);
        return new RevisionEntry
        {
            Name = known.Value,
            Origin = item.Origin,
            Run = run ?? new RunEntry { Directory = "" },
            Replicas = replicas?.Value ?? 1,
            Environment = environment,
            Zone = zone?.Value,
        };
    }

    private static ImmutableArray<Written<TrafficShare>> ReadTraffic(FieldReader spec, ImmutableArray<RevisionEntry> revisions)
    {
        if (spec.FilledList("traffic") is not { } list) return [];
        var shares = ImmutableArray.CreateBuilder<Written<TrafficShare>>();
        var seen = new Dictionary<string, Origin>(StringComparer.Ordinal);
        foreach (var item in spec.Maps(list, "traffic"))
        {
            var name = item.Label("revisionName", required: true);
            var percent = item.Whole("percent", 0, 100, required: true);
            item.Close();
            if (name is not { } revision) continue;
            if (revisions.All(known => known.Name != revision.Value))
                spec.Error(DiagnosticCodes.UnknownReference, revision.Origin,
                    $"this app has no revision {Quoted.Text(revision.Value)}{NearestName.Hint(revision.Value, revisions.Select(known => known.Name))}");
            if (!seen.TryAdd(revision.Value, revision.Origin))
                spec.Error(DiagnosticCodes.DuplicateName, revision.Origin,
                    $"the revision {Quoted.Text(revision.Value)} has two shares; the first is at {seen[revision.Value]}");
            if (percent is { } share) shares.Add(new(new TrafficShare(revision.Value, share.Value), revision.Origin));
        }

        var sum = shares.Sum(share => share.Value.Percent);
        if (shares.Count == list.Value.Length && sum != 100)
            spec.Error(DiagnosticCodes.TrafficNotWhole, list.Origin, $"the percents of 'traffic' add up to {sum}, not to 100");
        return shares.ToImmutable();
    }

    private static void CheckReserved(Written<string> name, FieldReader owner)
    {
        if (Names.Reserved.Contains(name.Value))
            owner.Error(DiagnosticCodes.ReservedName, name.Origin,
                $"the name {Quoted.Text(name.Value)} is reserved, as are {Quoted.List(Names.Reserved.Where(other => other != name.Value))}; choose another");
    }
}
