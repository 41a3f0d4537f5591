using System.Collections;

namespace FnMesh.Functions.Generators;

/// <summary>A list that equals another with equal elements, so that the compiler's cache can tell.</summary>
internal sealed class Rows<T>(IReadOnlyList<T> items) : IEquatable<Rows<T>>, IEnumerable<T>
{
    public bool Equals(Rows<T>? other) => other is not null && this.SequenceEqual(other);

    public override bool Equals(object? obj) => Equals(obj as Rows<T>);

    public override int GetHashCode() => items.Count;

    public IEnumerator<T> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
