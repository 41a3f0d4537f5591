namespace FnMesh.Functions;

/// <summary>Who may call a function from the edge.</summary>
public enum AuthorizationLevel
{
    /// <summary>Anybody.</summary>
    Anonymous,

    /// <summary>A person with an account: not told apart from Function.</summary>
    User,

    /// <summary>Who holds a key of the function.</summary>
    Function,

    /// <summary>Not told apart from Admin.</summary>
    System,

    /// <summary>Who holds the app's main key.</summary>
    Admin,
}
