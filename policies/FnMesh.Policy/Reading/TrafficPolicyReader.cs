using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

internal static class TrafficPolicyReader
{
    public static TrafficPolicy Read(string name, Origin origin, FieldReader spec)
    {
        var targets = ReferenceReader.ReadTargets(spec);
        var fields = TrafficFieldsReader.ReadPolicy(spec);
        spec.Close("sessionPersistence", "dryRun");
        return new TrafficPolicy(name, origin, targets, fields);
    }
}
