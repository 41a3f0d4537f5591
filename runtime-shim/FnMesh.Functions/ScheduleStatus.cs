namespace FnMesh.Functions;

/// <summary>The times of a timer, in UTC.</summary>
public sealed class ScheduleStatus
{
    /// <summary>When the timer was last due; the start of the app before that.</summary>
    public DateTime Last { get; set; }

    public DateTime Next { get; set; }

    public DateTime LastUpdated { get; set; }
}
