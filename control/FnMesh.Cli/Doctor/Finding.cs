namespace FnMesh.Cli.Doctor;

/// <param name="Check">What was looked at.</param>
/// <param name="State">How it is.</param>
/// <param name="Message">What was found.</param>
/// <param name="Mend">What to do; empty where nothing is to be done.</param>
internal sealed record Finding(string Check, FindingState State, string Message, string Mend = "")
{
    public static Finding Ok(string check, string message) => new(check, FindingState.Ok, message);

    public static Finding Warn(string check, string message, string mend) => new(check, FindingState.Warn, message, mend);

    public static Finding Fail(string check, string message, string mend) => new(check, FindingState.Fail, message, mend);
}
