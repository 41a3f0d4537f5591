using System.Collections.Frozen;

namespace FnMesh.Gateway.Routing;

/// <summary>Finds what is for a host most specifically: its exact name, then the longest wildcard, then what is for every host. What is found is the only one: nothing else is asked.</summary>
internal sealed class HostTable<T>
    where T : class
{
    private readonly FrozenDictionary<string, T>.AlternateLookup<ReadOnlySpan<char>> _exact;
    private readonly FrozenDictionary<string, T>.AlternateLookup<ReadOnlySpan<char>> _wildcards;
    private readonly T? _any;

    /// <param name="entries">By host name, exact or with a leading <c>*.</c>; null for every host. No name twice.</param>
    public HostTable(IReadOnlyCollection<(string? Host, T Entry)> entries)
    {
        All = [.. entries.Select(entry => entry.Entry)];
        _exact = Index(entries.Where(entry => entry.Host is { } host && host[0] != '*').Select(entry => (entry.Host!, entry.Entry)));
        _wildcards = Index(entries.Where(entry => entry.Host is { } host && host[0] == '*').Select(entry => (entry.Host![1..], entry.Entry)));
        _any = entries.FirstOrDefault(entry => entry.Host is null).Entry;
    }

    public IReadOnlyList<T> All { get; }

    public T? Find(ReadOnlySpan<char> host)
    {
        if (_exact.TryGetValue(host, out var exact)) return exact;
        if (_wildcards.Dictionary.Count == 0) return _any;
        // From dot to dot, and so from the longest name to the shortest.
        for (var dot = 1; dot < host.Length; dot++)
        {
            if (host[dot] == '.' && _wildcards.TryGetValue(host[dot..], out var wildcard)) return wildcard;
        }

        return _any;
    }

    private static FrozenDictionary<string, T>.AlternateLookup<ReadOnlySpan<char>> Index(IEnumerable<(string Host, T Entry)> entries) =>
        entries.ToFrozenDictionary(entry => entry.Host, entry => entry.Entry, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
}
