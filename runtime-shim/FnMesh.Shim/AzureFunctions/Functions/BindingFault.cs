namespace FnMesh.Shim.AzureFunctions.Functions;

/// <summary>Why a function cannot be served, for people.</summary>
/// <param name="message">The reason and the mend.</param>
/// <param name="code">Its code in docs/errors.md.</param>
internal sealed class BindingFault(string message, string code = FunctionRefusal.Wrong) : Exception(message)
{
    public string Code => code;
}
