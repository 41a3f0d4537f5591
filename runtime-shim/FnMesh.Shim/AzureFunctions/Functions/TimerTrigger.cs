namespace FnMesh.Shim.AzureFunctions.Functions;

/// <param name="Binding">The name of what it is told of the time.</param>
/// <param name="Schedule">When it is due.</param>
/// <param name="RunsOnStartup">Whether it runs once when the app starts, due or not.</param>
/// <param name="KeepsCount">Whether what fell due while nothing ran is made up for, once.</param>
internal sealed record TimerTrigger(string Binding, TimerSchedule Schedule, bool RunsOnStartup, bool KeepsCount) : Trigger(Binding);
