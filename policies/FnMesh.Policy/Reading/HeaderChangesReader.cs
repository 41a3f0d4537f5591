using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

/// <summary>Reads a RequestHeaderModifier or a ResponseHeaderModifier.</summary>
internal static class HeaderChangesReader
{
    /// <summary>What belongs to one connection, to the message's own form, or to the mesh (RFC 9110, 7.6.1).</summary>
    private static readonly HashSet<string> Kept = new(StringComparer.Ordinal)
    {
        "connection", "content-length", "grpc-status", "grpc-timeout", "host", "keep-alive", "proxy-connection", "te", "traceparent", "tracestate", "trailer", "transfer-encoding", "upgrade",
    };

    public static HeaderChangesEntry Read(FieldReader modifier)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var set = ReadValues(modifier, "set", seen);
        var add = ReadValues(modifier, "add", seen);
        var remove = modifier.Texts(modifier.List("remove"), "remove").Where(name => Check(modifier, name, seen)).Select(name => name.Value).ToImmutableArray();
        modifier.Close();
        if (modifier.Entries.IsEmpty) modifier.Error(DiagnosticCodes.InvalidValue, modifier.Origin, $"'{modifier.Name}' changes nothing; give it set, add or remove");
        return new HeaderChangesEntry(set, add, remove);
    }

    private static ImmutableArray<HeaderValueEntry> ReadValues(FieldReader modifier, string field, HashSet<string> seen)
    {
        var values = ImmutableArray.CreateBuilder<HeaderValueEntry>();
        foreach (var item in modifier.Maps(modifier.List(field), field))
        {
            var name = item.Text("name", required: true);
            var value = item.Text("value", required: true);
            item.Close();
            if (value is { } text && text.Value.Any(c => c is < ' ' or > '~'))
                item.Error(DiagnosticCodes.InvalidValue, text.Origin, "a header's value is of visible ASCII characters and spaces");
            if (name is { } header && Check(item, header, seen) && value is not null) values.Add(new HeaderValueEntry(header.Value, value.Value.Value));
        }

        return values.ToImmutable();
    }

    private static bool Check(FieldReader reader, Written<string> name, HashSet<string> seen)
    {
        var plain = name.Value.ToLowerInvariant().Replace('_', '-');
        if (!Names.IsToken(name.Value))
            reader.Error(DiagnosticCodes.InvalidName, name.Origin, $"{Quoted.Text(name.Value)} is no header name");
        else if (Kept.Contains(plain) || plain.StartsWith("fnmesh-", StringComparison.Ordinal))
            reader.Error(DiagnosticCodes.KeptHeader, name.Origin, $"the header {Quoted.Text(name.Value)} belongs to the connection or to the mesh, and no filter changes it{(plain == "host" ? "; a URLRewrite has 'hostname'" : "")}");
        else if (!seen.Add(name.Value))
            reader.Error(DiagnosticCodes.DuplicateName, name.Origin, $"the header {Quoted.Text(name.Value)} is changed twice; one filter changes it once");
        else
            return true;
        return false;
    }
}
