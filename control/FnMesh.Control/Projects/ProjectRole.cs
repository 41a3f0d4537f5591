namespace FnMesh.Control.Projects;

/// <summary>What a project is to a mesh.</summary>
public enum ProjectRole
{
    /// <summary>Nothing: a library, a test, a tool.</summary>
    None,

    /// <summary>It references FnMesh.Functions.</summary>
    Functions,

    /// <summary>An ASP.NET Core app.</summary>
    Web,
}
