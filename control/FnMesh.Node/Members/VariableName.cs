namespace FnMesh.Node.Members;

/// <summary>The names that a POSIX shell hands on to a program; it drops all others.</summary>
public static class VariableName
{
    /// <summary>Whether it is a letter or _, then letters, digits and _, all of ASCII.</summary>
    public static bool IsValid(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_');
}
