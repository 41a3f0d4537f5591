namespace FnMesh.Shim.AzureFunctions.Workers;

/// <summary>How a run of a function ended for who asked for it.</summary>
internal enum InvocationEnd
{
    Succeeded,

    /// <summary>The function, or its worker for it, failed.</summary>
    Failed,

    /// <summary>It was not done in time; it may go on.</summary>
    Late,

    /// <summary>Who asked for it has gone; it may go on.</summary>
    Abandoned,

    /// <summary>The worker ended before it answered; whether the function ran is not known.</summary>
    Lost,

    /// <summary>The worker never saw it: it has as much to do as it may have.</summary>
    Full,

    /// <summary>The worker never saw it: it is gone.</summary>
    Gone,
}
