namespace FnMesh.Shim.Revisions;

/// <summary>The names that a POSIX shell hands on to a program; it drops all others.</summary>
internal static class VariableName
{
    public static bool IsValid(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_');
}
