/** How large the attacks are. Times are in seconds. */
export interface Sizes {
  /** Whether each group runs against a new process of the service; otherwise, only the attacks on memory do. */
  newProcessPerGroup: boolean;
  vocabulary: { offers: number; searches: number };
  /** Offers with 45,000 ZIP codes each; products with long descriptions in each of the offerings. */
  answers: { calls: number; offers: number; products: number; offerings: number; catalogItems: number };
  searches: { count: number };
  hangUps: { count: number };
  zipLines: { count: number };
  uploads: { count: number; lines: number; seconds: number };
  stalled: { sockets: number; uploads: number; downloads: number; seconds: number };
  overload: { connections: number; teams: number; seconds: number };
  counting: { rounds: number; requests: number; connections: number; seconds: number };
}

/** The groups whose peak memory counts, which a process keeps for some time after other attacks. */
export const memoryGroups: readonly number[] = [6, 8];

export const fullSizes: Sizes = {
  newProcessPerGroup: true,
  vocabulary: { offers: 150, searches: 5 },
  answers: { calls: 30, offers: 100, products: 100, offerings: 100, catalogItems: 200 },
  searches: { count: 100 },
  hangUps: { count: 30 },
  zipLines: { count: 96 },
  uploads: { count: 20, lines: 2000, seconds: 30 },
  // Longer than any default deadline, which is half a minute.
  stalled: { sockets: 900, uploads: 50, downloads: 40, seconds: 45 },
  overload: { connections: 2000, teams: 20, seconds: 15 },
  counting: { rounds: 10, requests: 40, connections: 32, seconds: 10 },
};

/** For CI. The attacks on memory are large enough to exceed 300 MiB without a defence. */
export const shortSizes: Sizes = {
  newProcessPerGroup: false,
  vocabulary: { offers: 10, searches: 2 },
  answers: { calls: 30, offers: 20, products: 100, offerings: 10, catalogItems: 40 },
  searches: { count: 30 },
  hangUps: { count: 30 },
  zipLines: { count: 2 },
  uploads: { count: 20, lines: 50, seconds: 4 },
  stalled: { sockets: 500, uploads: 20, downloads: 20, seconds: 2 },
  overload: { connections: 600, teams: 5, seconds: 2 },
  counting: { rounds: 2, requests: 5, connections: 8, seconds: 1 },
};
