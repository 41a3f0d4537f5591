using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

internal static class MeshReader
{
    public static Mesh Read(string name, Origin origin, FieldReader spec)
    {
        var domain = spec.Text("trustDomain");
        if (domain is { } written && !Names.IsTrustDomain(written.Value))
            spec.Error(DiagnosticCodes.InvalidName, written.Origin,
                $"field 'trustDomain' must be 1 to 255 of a-z, 0-9, '.', '_' and '-', not {Quoted.Text(written.Value)}");
        if (spec.Map("broker") is { } broker)
        {
            broker.Choice("kind", ["embedded"], ["kafka", "dapr"], required: true);
            broker.Close("embedded", "kafka", "dapr");
        }

        Written<bool>? attributeRoutes = null;
        if (spec.Map("edge") is { } edge)
        {
            attributeRoutes = edge.Flag("attributeRoutes");
            edge.Close();
        }

        spec.Close("identity");
        return new Mesh(name, origin, domain?.Value, attributeRoutes?.Value);
    }
}
