package racecontrol

// forms is the language, one line a form; the first that fits the whole message counts, so that no form
// swallows words it does not know. In a form
//
//	WORD       is said so (in any case); A|B is either
//	[...]      may be missing
//	<name>     is a slot of slots.go, which reads a value
//
// Prefixes ("FIA STEWARDS:", "CORRECTION:") are gone before.
var forms = compile([]form{
	// Flags.
	{Yellow, "YELLOW [FLAG] IN [TRACK] SECTOR <sector>"},
	{Yellow, "YELLOW [FLAG] IN [THE] PIT LANE <pitlane>"},
	{DoubleYellow, "DOUBLE YELLOW [FLAG] IN [TRACK] SECTOR <sector>"},
	{DoubleYellow, "DOUBLE YELLOW [FLAG] IN [THE] PIT LANE <pitlane>"},
	{Clear, "CLEAR IN [TRACK] SECTOR <sector>"},
	{Clear, "PIT LANE CLEAR <pitlane>"},
	{Clear, "CLEAR IN [THE] PIT LANE <pitlane>"},
	{Clear, "TRACK CLEAR <track>"},
	{Clear, "ALL CLEAR <track>"},
	{Red, "RED FLAG [- <session> SUSPENDED|STOPPED] <track>"},
	{Chequered, "CHEQUERED FLAG <track>"},
	{Blue, "[WAVED] BLUE FLAG FOR <cars> [TIMED AT <clock>] <driver>"},
	{BlackAndWhite, "BLACK AND WHITE FLAG [SHOWN] FOR|TO <cars> <why> <driver>"},
	{BlackAndWhite, "BLACK AND WHITE FLAG - <cars> <why> <driver>"},
	{BlackAndOrange, "BLACK AND ORANGE FLAG [SHOWN] FOR|TO <cars> <why> <driver>"},
	{BlackAndOrange, "BLACK AND ORANGE FLAG - <cars> <why> <driver>"},
	{Black, "BLACK FLAG [SHOWN] FOR|TO <cars> <why> <driver>"},
	{Black, "BLACK FLAG - <cars> <why> <driver>"},
	{FirstToFlag, "FIRST CAR TO TAKE THE [CHEQUERED] FLAG - <cars>"},

	// The safety car.
	{SafetyCarDeployed, "SAFETY CAR DEPLOYED"},
	{SafetyCarInThisLap, "SAFETY CAR IN THIS LAP"},
	{SafetyCarPitLane, "SAFETY CAR [WILL GO] THROUGH THE PIT LANE"},
	{SafetyCarPitLane, "ALL CARS [MUST GO] THROUGH THE PIT LANE"},
	{SafetyCarStraight, "SAFETY CAR WILL USE [THE] START/FINISH STRAIGHT"},
	{SafetyCarStraight, "ALL CARS [WILL] USE [THE] START/FINISH STRAIGHT"},
	{SafetyCarLights, "SAFETY CAR LIGHTS <active>"},
	{VSCDeployed, "VIRTUAL SAFETY CAR DEPLOYED"},
	{VSCDeployed, "VSC DEPLOYED"},
	{VSCEnding, "VIRTUAL SAFETY CAR ENDING"},
	{VSCEnding, "VSC ENDING"},
	{LappedMayNotOvertake, "LAPPED CARS WILL NOT BE ALLOWED TO OVERTAKE [THE SAFETY CAR]"},
	{LappedMayNotOvertake, "LAPPED CARS MAY NOT OVERTAKE [THE SAFETY CAR]"},
	{LappedMayOvertake, "LAPPED CAR|CARS MAY [NOW] OVERTAKE [THE SAFETY CAR] [:] [-] <numbers>"},
	{LappedMayOvertake, "LAPPED CAR|CARS MAY [NOW] OVERTAKE [THE SAFETY CAR]"},
	{LappedMayOvertake, "LAPPED CAR|CARS <numbers> TO OVERTAKE [THE] SAFETY CAR"},
	{CarOrder, "RESUMPTION ORDER [:] [-] <numbers>"},
	{CarOrder, "PUSH CARS TO [THE] FRONT [:] [-] <numbers>"},
	{CarOrder, "PUSH CARS TO [THE] FRONT"},

	// The pit lane.
	{GreenLight, "GREEN LIGHT - PIT EXIT OPEN <track>"},
	{GreenLight, "GREEN LIGHT|FLAG <track>"},
	{PitExitOpen, "PIT [LANE] EXIT OPEN"},
	{PitExitClosed, "PIT [LANE] EXIT CLOSED"},
	{PitEntryOpen, "PIT [LANE] ENTRY OPEN"},
	{PitEntryClosed, "PIT [LANE] ENTRY CLOSED"},
	{PitLaneOpen, "PIT LANE OPEN"},
	{PitLaneClosed, "PIT LANE CLOSED"},
	{StartTimetable, "PIT LANE OPEN - <time> , PIT LANE CLOSED - <time> , FORMATION LAP - <time>"},

	// The session.
	{WillResume, "<session> WILL RE-START|RESTART|RESUME [AT] <time>"},
	{WillResume, "<session> WILL RE-START|RESTART|RESUME"},
	{WillStart, "<session> WILL START [AT] <time>"},
	{WillStart, "<session> WILL START"},
	{WillNotResume, "<session> WILL NOT BE RESUMED|RESTARTED"},
	{WillNotResume, "<session> WILL NOT RESUME|RESTART|RE-START"},
	{ResumeNotice, "A <minutes> WARNING WILL BE GIVEN BEFORE <session> RESUMES|STARTS|RESTARTS"},
	{ResumeNotice, "APPROXIMATELY|APPROXIMATLY <minutes> UNTIL RESUMPTION|RESTART"},
	{SessionStarted, "<session> STARTED|START"},
	{SessionResumed, "<session> RESUMED"},
	{SessionStopped, "<session> [WILL BE] [TEMPORARILY] STOPPED|SUSPENDED|ABORTED"},
	{SessionFinished, "<session> FINISHED"},

	// The start.
	{StartDelayed, "START OF <session> WILL BE DELAYED [BY <minutes>]"},
	{StartDelayed, "START OF <session> [IS] DELAYED [BY <minutes>]"},
	{StartDelayed, "<session> START [IS] DELAYED [BY <minutes>]"},
	{StartDelayed, "<session> START WILL BE DELAYED [BY <minutes>]"},
	{StartDelayed, "START DELAYED [BY <minutes>]"},
	{StartDelayed, "DELAYED START"},
	{StartAborted, "ABORTED START"},
	{StartAborted, "[<session>] START ABORTED"},
	{StartSuspended, "START|STARTING PROCEDURE SUSPENDED"},
	{StandingStart, "STANDING START"},
	{StandingStart, "SAFETY CAR WILL ENTER [THE] PITS : STANDING START"},
	{RollingStart, "ROLLING START"},
	{RollingStart, "SAFETY CAR WILL ENTER [THE] PITS : ROLLING START"},
	{FormationLap, "FORMATION LAP WILL START AT <time>"},
	{FormationLap, "FORMATION LAP WILL START"},
	{FormationBehindSC, "FORMATION LAP WILL BE STARTED|RUN BEHIND THE SAFETY CAR"},
	{ExtraFormation, "EXTRA|ADDITIONAL FORMATION LAP"},
	{PracticeStarts, "PRACTICE STARTS <active>"},

	// Weather and the surface.
	{RainRisk, "RISK OF RAIN FOR <session> IS <percent>"},
	{AirTemperature, "AIR TEMPERATURE <number> HOUR|HOURS BEFORE <session> = <degrees> DEGREES"},
	{LowGrip, "LOW GRIP [CONDITIONS]"},
	{NormalGrip, "NORMAL GRIP [CONDITIONS]"},
	{GripDelta, "LOW|NORMAL GRIP DELTA <active>"},
	{Slippery, "TRACK [SURFACE] SLIPPERY IN TRACK SECTOR <sector>"},
	{Slippery, "TRACK [SURFACE] SLIPPERY AT <turns>"},
	{Slippery, "SLIPPERY TRACK|SURFACE [IN TRACK SECTOR <sector>]"},
	{WetTrack, "WET TRACK [DECLARED]"},
	{WetTrack, "WET RACE|SESSION DECLARED"},
	{WetTrack, "[TRACK] DECLARED WET [RACE|SESSION]"},
	{WetTyres, "WET [WEATHER] TYRES COMPULSORY|MANDATORY"},
	{WetTyres, "USE OF WET [WEATHER] TYRES [IS] COMPULSORY|MANDATORY"},
	{WetTyres, "WET [WEATHER] TYRES MUST BE USED"},

	// Aids to overtaking.
	{DRSEnabled, "DRS ENABLED [IN ZONE <zone>]"},
	{DRSDisabled, "DRS DISABLED [IN ZONE <zone>]"},
	{DRSDetection, "DRS DETECTION AT <word> [NOW] [AUTOMATICALLY] <active> [- MANUAL OPERATION PERMITTED]"},
	{OvertakeEnabled, "OVERTAKE [MODE] ENABLED [IN ZONE <zone>]"},
	{OvertakeDisabled, "OVERTAKE [MODE] DISABLED [IN ZONE <zone>]"},
	{StraightModeEnabled, "STRAIGHT MODE ENABLED [IN ZONE <zone>]"},
	{StraightModeDisabled, "STRAIGHT MODE DISABLED [IN ZONE <zone>]"},
	{LowPower, "LOW POWER [MODE] <active>"},

	// Laps.
	{LapDeleted, "<cars> [LAP] TIME <laptime> DELETED <why>"},
	{LapDeleted, "<cars> LAP [TIME] DELETED <why>"},
	{LapReinstated, "<cars> [LAP] TIME <laptime> REINSTATED <why>"},
	{LapReinstated, "<cars> LAP [TIME] REINSTATED <why>"},

	// Incidents.
	{NoFurtherAction, "<incident> NOTED - NO INVESTIGATION NECESSARY|REQUIRED <why>"},
	{IncidentNoted, "<incident> [-] [ALL] NOTED <why>"},
	{NoFurtherAction, "<incident> [-] [REVIEWED] [-] NO FURTHER ACTION|INVESTIGATION [NECESSARY|REQUIRED] <why>"},
	{NoFurtherAction, "<incident> [-] [REVIEWED] NO INVESTIGATION|ACTION NECESSARY|REQUIRED <why>"},
	{UnderInvestigation, "<incident> [-] [IS|ARE] UNDER INVESTIGATION <why>"},
	{AfterSession, "<incident> [-] WILL BE INVESTIGATED AFTER <session> <why>"},
	{UnderInvestigation, "THE LAST LAP OF <session> IS UNDER INVESTIGATION <why>"},

	// Penalties.
	{PenaltyServed, "PENALTY SERVED - <penalty> FOR <cars> <why>"},
	{PenaltyServed, "<penalty> FOR <cars> SERVED <why>"},
	{PenaltyWithdrawn, "<penalty> FOR <cars> CANCELLED|WITHDRAWN|RESCINDED <why>"},
	{PenaltyWithdrawn, "PENALTY CANCELLED|WITHDRAWN|RESCINDED [-] [<penalty>] FOR <cars> <why>"},
	{PenaltyGiven, "<penalty> FOR <cars> <why>"},
	{PenaltyGiven, "<cars> <disqualified> <why>"},
	{PenaltyGiven, "<cars> <pitstart> <why>"},

	// What a car does.
	{OffTrack, "<cars> [WENT] OFF [THE] TRACK [AND CONTINUED] [AT <turns>]"},
	{Spun, "<cars> SPUN [AND CONTINUED] [AT <turns>]"},
	{Stopped, "<cars> [HAS] STOPPED [ON TRACK] [AT <turns>]"},
	{MissedApex, "<cars> MISSED THE APEX OF|AT <turns>"},
	{RunningSlowly, "<cars> [IS] RUNNING|DRIVING SLOWLY|SLOW [AT <turns>]"},
	{Rejoined, "<cars> [HAS] REJOINED [THE TRACK] [AT <turns>]"},
	{Retired, "<cars> [HAS] RETIRED"},

	// What is on the track.
	{RecoveryVehicle, "RECOVERY VEHICLE|VEHICLES ON TRACK [<where>]"},
	{Marshals, "MARSHALS|MARSHAL|PERSONNEL ON TRACK [<where>]"},
	{MedicalCar, "MEDICAL CAR DEPLOYED"},
	{MedicalCar, "MEDICAL CAR ON TRACK [<where>]"},
	{Debris, "DEBRIS ON TRACK [<where>]"},

	// House-keeping.
	{Notice, "ALL PASS HOLDERS MAY ACCESS THE PIT LANE"},
	{Notice, "AWNINGS MAY BE USED"},
	{Notice, "AWNINGS TO BE REMOVED"},
	{Notice, "<word> HEAD PADDING MATERIAL MUST BE USED"},
	{Notice, "F1 - <word> PARC FERME - WORK MAY COMMENCE AT <time>"},
	{Notice, "TRACK TEST COMPLETED"},
	{Notice, "RACE CONTROL TEST"},
	{Notice, "<cars> [MUST] REPORT TO [THE] WEIGHBRIDGE"},
	{Notice, "<cars> [MUST] REPORT TO [THE] WEIGH BRIDGE"},
	{Notice, "CAR SAFETY LIGHTS <active>"},
})
