namespace FnMesh.Node;

/// <summary>A variable of the environment by which this process asks something of .NET. What the user has set stays, and children do not inherit what only this process asked for.</summary>
internal sealed class OwnVariable(string name, string value)
{
    private bool _isOurs;

    public void Set()
    {
        if (Environment.GetEnvironmentVariable(name) is not null) return;
        Environment.SetEnvironmentVariable(name, value);
        _isOurs = true;
    }

    public void Withhold(IDictionary<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        if (_isOurs) environment.Remove(name);
    }
}
