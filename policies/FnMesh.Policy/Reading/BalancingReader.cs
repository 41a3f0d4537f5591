using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

/// <summary>Reads loadBalancing, outlierDetection, failover and retry.grpcCodes.</summary>
internal static class BalancingReader
{
    private static readonly TimeSpan Half = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static BalancingFields Read(FieldReader spec, BalancingFields fields) => ReadOutlier(spec, ReadAlgorithm(spec, fields)) with { Failover = ReadFailover(spec) };

    /// <summary>Names of statuses of gRPC, as its specification writes them.</summary>
    public static Written<ImmutableArray<int>>? ReadGrpcCodes(FieldReader retry)
    {
        if (retry.List("grpcCodes") is not { } list) return null;
        var codes = new SortedSet<int>();
        foreach (var item in list.Value)
        {
            if (ValueReader.Choice(item, "grpcCodes", GrpcCodeNames.Failures, [], retry.Diagnostics) is { } name) codes.Add(GrpcCodeNames.CodeOf(name.Value));
        }

        return new(codes.ToImmutableArray(), list.Origin);
    }

    private static BalancingFields ReadAlgorithm(FieldReader spec, BalancingFields fields)
    {
        if (spec.Map("loadBalancing") is not { } balancing) return fields;
        var algorithm = balancing.Choice("algorithm", Enum.GetNames<BalanceAlgorithm>(), []);
        fields = fields with { ZonePreference = balancing.Flag("zonePreference") };
        balancing.Close();
        RefuseEmpty(balancing);
        return algorithm is { } word && Enum.TryParse<BalanceAlgorithm>(word.Value, out var known) ? fields with { Algorithm = new(known, word.Origin) } : fields;
    }

    private static BalancingFields ReadOutlier(FieldReader spec, BalancingFields fields)
    {
        if (spec.Map("outlierDetection") is not { } outlier) return fields;
        fields = fields with
        {
            ConsecutiveFailures = outlier.Whole("consecutiveFailures", 1, 1000),
            EjectFor = outlier.Duration("ejectFor", Half, Hour),
            MaxEjectedPercent = outlier.Whole("maxEjectedPercent", 0, 100),
        };
        outlier.Close();
        RefuseEmpty(outlier);
        return fields;
    }

    private static Written<Reference>? ReadFailover(FieldReader spec)
    {
        if (spec.Map("failover") is not { } failover) return null;
        var reference = failover.Map("backendRef", required: true) is { } item ? ReadReference(item) : null;
        failover.Close();
        return reference is null ? null : new(reference, reference.Origin);
    }

    private static Reference? ReadReference(FieldReader item)
    {
        var reference = ReferenceReader.ReadBackend(item);
        item.Close();
        return reference;
    }

    private static void RefuseEmpty(FieldReader map)
    {
        if (map.Entries.IsEmpty) map.Error(DiagnosticCodes.InvalidValue, map.Origin, $"'{map.Name}' sets nothing; give it a field or leave it out");
    }
}
