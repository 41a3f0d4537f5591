namespace FnMesh.Functions;

/// <summary>Runs the function for an HTTP request. Without a level only members of the mesh may call it.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Parameter)]
public sealed class HttpTriggerAttribute : Attribute
{
    public HttpTriggerAttribute(params string[] methods) => Methods = methods;

    public HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods)
    {
        AuthLevel = authLevel;
        Methods = methods;
    }

    /// <summary>Who may call from the edge; has no meaning where the constructor did not get it.</summary>
    public AuthorizationLevel AuthLevel { get; }

    /// <summary>The methods that are served; empty for all.</summary>
    public string[] Methods { get; }

    /// <summary>A route template as in ASP.NET Core, where %NAME% stands for a setting; the name of the function when left out.</summary>
    public string? Route { get; set; }
}
