namespace FnMesh.Gateway.Tests.Wall;

/// <summary>In which of the ways of RFC 7541, 6, fields are packed: servers read each in code of its own.</summary>
internal enum Http2Packing
{
    /// <summary>Name and value as they are, and not kept.</summary>
    Literal,

    /// <summary>The same, and nobody on the way may keep it.</summary>
    NeverKept,

    /// <summary>The name by its number where the static table has it, and kept.</summary>
    Known,

    /// <summary>All kept at first, and then sent a second time by number alone.</summary>
    Twice,
}
